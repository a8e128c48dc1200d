import type { AccessPage, AuditEntry, AuditEntryPage, AuditStatus, RebuildView, StreamedEvent } from '@keyturn/contracts/api';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_REQUEST_ID } from './ids.ts';

export const SAMPLE_EVENT: StreamedEvent = {
  position: 4711,
  type: 'credential.rotated',
  at: '2026-03-02T09:00:00.600000Z',
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  data: { credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, epoch: 3, from: 2, to: 3, generation: 3 },
};

export const SAMPLE_ENTRY: AuditEntry = {
  position: 4711,
  at: '2026-03-02T09:00:00.600000Z',
  type: 'credential.rotated',
  who: 'rotation-worker',
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  from: null,
  summary: 'rotated 2 → 3',
  verdict: 'done',
  correlationId: SAMPLE_REQUEST_ID,
  epoch: 3,
};

export const SAMPLE_AUDIT_STATUS: AuditStatus = {
  projectedTo: 4709,
  behind: { events: 2, since: '2026-03-02T09:00:01.000Z' },
  troubles: [],
  convictions: [],
};

export const SAMPLE_REBUILD: RebuildView = {
  generation: 2,
  state: 'served',
  position: 4711,
  refusedBecause: null,
  compared: {
    upTo: 4711,
    digest: '9f2c8c1e5d0b7a6f4e3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0918273',
    replacedDigest: '9f2c8c1e5d0b7a6f4e3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0918273',
  },
};

export const SAMPLE_ENTRY_PAGE: AuditEntryPage = { items: [SAMPLE_ENTRY], nextCursor: null, projectedTo: 4711, convictions: [] };

export const SAMPLE_ACCESS_PAGE: AccessPage = {
  items: [
    {
      position: 4710,
      at: '2026-03-02T09:00:00.500000Z',
      what: 'fetched',
      who: 'orders/7f3a',
      from: null,
      version: 3,
      fields: null,
      why: 'fetch',
      times: 1,
      credentialId: SAMPLE_CREDENTIAL_ID,
      address: SAMPLE_ADDRESS,
    },
  ],
  nextCursor: null,
  projectedTo: 4711,
};
