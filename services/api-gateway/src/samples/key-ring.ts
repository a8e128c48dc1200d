import type { KeyRingView } from '@keyturn/contracts/queries';

export const SAMPLE_KEK_ID = 'kek-3f9a0c1b2d4e5f60';
const OLD_KEK_ID = 'kek-a1b2c3d4e5f60718';
const RUN_ID = '0199a0b0-0000-7000-8000-00000000c0de';
const REPLICA = '0199a0b0-0000-7000-8000-00000000beef';

export const SAMPLE_REWRAP_STARTED = { runId: RUN_ID, kekId: SAMPLE_KEK_ID, totalCredentials: 1_200 };

export const SAMPLE_KEY_RING: KeyRingView = {
  keys: [
    {
      kekId: OLD_KEK_ID,
      state: 'retiring',
      addedAt: '2026-01-01T09:00:00.000000Z',
      activatedAt: '2026-01-01T09:00:00.000000Z',
      retiringAt: '2026-03-02T09:00:00.000000Z',
      retiredAt: null,
      uses: { dataKeys: 400, sealingKeys: 0, identity: 0 },
      wraps: 8_192,
      wrapLimit: 1_073_741_824,
      missingAt: [],
    },
    {
      kekId: SAMPLE_KEK_ID,
      state: 'active',
      addedAt: '2026-03-02T08:55:00.000000Z',
      activatedAt: '2026-03-02T09:00:00.000000Z',
      retiringAt: null,
      retiredAt: null,
      uses: { dataKeys: 800, sealingKeys: 2, identity: 1 },
      wraps: 4_096,
      wrapLimit: 1_073_741_824,
      missingAt: [],
    },
  ],
  replicas: [{ replica: REPLICA, kekIds: [OLD_KEK_ID, SAMPLE_KEK_ID], seenAt: '2026-03-02T09:00:01.000Z' }],
  rewrap: {
    ...SAMPLE_REWRAP_STARTED,
    status: 'running',
    requestedAt: '2026-03-02T09:00:00.000000Z',
    rotated: 800,
    failed: 0,
    remaining: 400,
    result: null,
  },
};
