import type { RegisteredConsumer } from '@keyturn/contracts/queries';
import { SAMPLE_REVISION } from './ids.ts';

export const SAMPLE_REGISTERED_CONSUMER: RegisteredConsumer = {
  consumer: 'orders',
  owner: 'team-orders',
  grants: [{ action: 'read', pattern: 'system.postgres.*' }],
  registeredAt: '2026-03-02T09:00:00.000Z',
  liveTokens: 1,
  revision: SAMPLE_REVISION,
};
