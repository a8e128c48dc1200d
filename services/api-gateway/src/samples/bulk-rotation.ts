import type { BulkRotationSummary, BulkRotationView } from '@keyturn/contracts/api';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from './ids.ts';

export const SAMPLE_BULK_ID = '0199a0b0-0000-7000-8000-0000000b0115';
export const SAMPLE_BULK_STARTED = { bulkId: SAMPLE_BULK_ID, total: 3 };
export const SAMPLE_BULK_STANDING = { bulkId: SAMPLE_BULK_ID, status: 'running' } as const;

export const SAMPLE_BULK: BulkRotationSummary = {
  bulkId: SAMPLE_BULK_ID,
  selection: { service: 'postgres' },
  reason: 'manual',
  note: 'somebody left',
  maxInFlight: 10,
  stopAfterFailures: 3,
  status: 'running',
  sentence: '1 of 3 are through, 1 under way, 1 waiting.',
  requestedBy: { kind: 'person', id: 'admin', name: 'Ada Admin', roles: ['admin'], ip: '192.0.2.7' },
  requestedAt: '2026-03-02T09:00:00.000000Z',
  endedAt: null,
  counts: { total: 3, waiting: 1, running: 1, completed: 0, failed: 0, skipped: 1, cancelled: 0 },
};

const WAITING = { status: 'waiting', epoch: null, step: null, sentence: null, code: null, startedAt: null, endedAt: null } as const;

export const SAMPLE_BULK_VIEW: BulkRotationView = {
  ...SAMPLE_BULK,
  members: [
    {
      credentialId: SAMPLE_CREDENTIAL_ID,
      address: SAMPLE_ADDRESS,
      status: 'running',
      epoch: 3,
      step: 'acknowledged',
      sentence: 'Waiting: orders/7f3a has not yet proved version 3.',
      code: null,
      startedAt: '2026-03-02T09:00:00.100000Z',
      endedAt: null,
    },
    {
      ...WAITING,
      credentialId: '0199a0b0-0000-7000-8000-0000000c0de2',
      address: 'system.postgres.reports',
      status: 'skipped',
      sentence: 'It is disabled: enable it first.',
      code: 'credential-disabled',
      endedAt: '2026-03-02T09:00:00.120000Z',
    },
    { ...WAITING, credentialId: '0199a0b0-0000-7000-8000-0000000c0de3', address: 'system.postgres.shop' },
  ],
  nextCursor: null,
};
