import type { RotationPage, Stats } from '@keyturn/contracts/api';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from './ids.ts';

export const SAMPLE_ROTATION_PAGE: RotationPage = {
  items: [
    {
      credentialId: SAMPLE_CREDENTIAL_ID,
      address: SAMPLE_ADDRESS,
      epoch: 3,
      status: 'completed',
      requestedBy: 'Ada Admin',
      requestedAt: '2026-03-02T09:00:00.000000Z',
      committedAt: '2026-03-02T09:00:00.600000Z',
      endedAt: '2026-03-02T09:01:04.000000Z',
      durationMs: 64_000,
      convergenceMs: 12,
      failure: null,
    },
  ],
  nextCursor: null,
  projectedTo: 4711,
};

const exactly = (count: number) => ({ count, atLeast: false });

/** As many as the vault is ever asked for at once, each another. */
export const SAMPLE_COUNTS = Array.from({ length: 100 }, (_none, index) => exactly(index));

export const SAMPLE_STATS_OF_ALL: Stats = {
  credentials: {
    all: exactly(41),
    active: exactly(40),
    disabled: exactly(1),
    deleting: exactly(0),
    untested: exactly(3),
    expiringIn30Days: exactly(2),
    expired: exactly(0),
    overdue: exactly(1),
    refused: exactly(1),
    needingAttention: exactly(2),
    leftovers: exactly(1),
    ages: [
      { credentialType: 'database_password', all: exactly(38), over30Days: exactly(9), over90Days: exactly(2) },
      { credentialType: 'user_api_key', all: exactly(3), over30Days: exactly(1), over90Days: exactly(0) },
    ],
    llmAges: [{ provider: 'openai', all: exactly(3), over30Days: exactly(1), over90Days: exactly(0) }],
  },
  consumers: 7,
  rotations: { requested: 12, completed: 11, failed: 1 },
};
