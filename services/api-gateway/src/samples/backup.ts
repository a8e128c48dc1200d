import type { BackupView, LostEntries, RestoreView } from '@keyturn/contracts/api';
import { SAMPLE_ENTRY } from './event.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from './ids.ts';
import { SAMPLE_KEK_ID } from './key-ring.ts';

export const SAMPLE_BACKUP_ID = '0199a0b0-0000-7000-8000-0000000bac0b';
const FILE = 'keyturn-20260302T090000Z-00000000bac0.age';
const HEAD = { position: 4711, hash: '3f9a0c1b2d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8' };
const BY = { kind: 'person', id: 'ada', name: 'Ada' } as const;

export const SAMPLE_BACKUP_STARTED = { backupId: SAMPLE_BACKUP_ID, file: FILE };

export const SAMPLE_BACKUP: BackupView = {
  ...SAMPLE_BACKUP_STARTED,
  status: 'completed',
  by: BY,
  requestedAt: '2026-03-02T09:00:00.000000Z',
  startedAt: '2026-03-02T09:00:00.010000Z',
  endedAt: '2026-03-02T09:00:41.500000Z',
  bytes: 73_400_320,
  lines: 61_204,
  head: HEAD,
  kekIds: [SAMPLE_KEK_ID],
  failure: null,
};

export const SAMPLE_RESTORE: RestoreView = {
  incarnation: 2,
  restoredAt: '2026-03-02T09:00:00.000000Z',
  by: { kind: 'person', id: 'ada' },
  reason: 'the disk died',
  backedUpAt: '2026-03-01T02:00:00.000000Z',
  head: HEAD,
  status: 'held',
  sentence:
    'Waiting for the worker to test 2 current versions, and for the providers of 1 current version, which can’t be reached. ' +
    'Until then consumers are told nothing, and no rotation goes on.',
  remaining: 3,
  unreachable: 1,
  tested: 40,
  failed: 1,
  noTest: 12,
  failures: [{ credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, version: 3, sentence: 'The login is refused (28P01).' }],
  shreds: { at: '2026-03-02T09:00:02.000000Z', lostTo: 4980, named: 2, deleted: 1 },
  released: null,
};

export const SAMPLE_PUBLISHED = { incarnation: 2, unchecked: 3 };

export const SAMPLE_LOST: LostEntries = {
  items: [{ ...SAMPLE_ENTRY, position: 4712, summary: 'completed', type: 'rotation.completed', generation: 1 }],
  nextCursor: null,
  total: 1,
};
