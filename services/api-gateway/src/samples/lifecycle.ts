import type {
  AccessLog,
  DeletionOutcome,
  RevealedSecret,
  RollBackOutcome,
  TestView,
  VersionComparison,
  VersionList,
} from '@keyturn/contracts/api';
import type { TestAskedFor } from '@keyturn/contracts/commands';
import { SAMPLE_CREDENTIAL } from './credential.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_PUBLIC_FIELDS } from './ids.ts';

const ADA = { kind: 'person', id: 'ada', name: 'Ada' } as const;

export const SAMPLE_VERSIONS: VersionList = {
  items: SAMPLE_CREDENTIAL.versions.map((version) => ({
    ...version,
    stagedBy: ADA,
    committedBy: ADA,
    revokingAt: null,
    endedBy: null,
    leftAliveBecause: null,
    shreddedAt: null,
    editedFrom: 2,
    sameAs: null,
    rollBackRefused: null,
    holders: [{ consumer: 'orders', instance: '7f3a', state: 'live', since: '2026-03-02T09:00:00.605Z' }],
  })),
};

export const SAMPLE_TEST_ASKED: TestAskedFor = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  version: 3,
  testId: '0195a2b4-7c1d-7e2f-8a3b-4c5d6e7f8091',
};

export const SAMPLE_TEST: TestView = {
  testId: SAMPLE_TEST_ASKED.testId,
  version: 3,
  why: 'asked',
  by: ADA,
  verdict: 'valid',
  sentence: 'orders logs in to orders at db.internal:5432 over TLS and acts for orders.',
  can: ['create schemas in this database'],
  elapsedMs: 14,
  at: '2026-03-02T09:20:00.000Z',
};

export const SAMPLE_COMPARISON: VersionComparison = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  a: 2,
  b: 3,
  fields: [
    { field: 'host', secret: false, change: 'changed', a: 'old.internal', b: 'db.internal' },
    { field: 'password', secret: true, change: 'changed', a: null, b: null },
  ],
};

export const SAMPLE_REVEALED: RevealedSecret = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  version: 3,
  publicFields: SAMPLE_PUBLIC_FIELDS,
  fields: { password: 'the present password' },
};

export const SAMPLE_ROLL_BACK: RollBackOutcome = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  version: 2,
  status: 'committed',
  generation: 4,
  epoch: 3,
};

export const SAMPLE_DELETION: DeletionOutcome = { credentialId: SAMPLE_CREDENTIAL_ID, status: 'deleting', revoking: [3] };

export const SAMPLE_ACCESS_LOG: AccessLog = {
  items: [
    {
      position: 4711,
      at: '2026-03-02T09:10:00.000Z',
      what: 'revealed',
      who: 'Ada',
      from: '192.0.2.1',
      version: 3,
      fields: ['password'],
      why: 'the orders service can’t connect',
      times: 1,
    },
  ],
  nextBefore: null,
  nextCursor: null,
  projectedTo: 4711,
};
