import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresEntryStore } from '../src/adapters/postgres/entry-store.ts';
import { postgresRotationLog } from '../src/adapters/postgres/rotation-log.ts';
import { GENESIS } from '../src/ports/entry-store.ts';
import { CREDENTIAL, recordedAt, rehashed, SAMPLES, witnessed } from '../src/testing/sample-events.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

/** A second apart, from position 1 on: one rotation that went well, one that failed, and one under way. */
const HAPPENED: readonly [keyof typeof SAMPLES, object][] = [
  ['rotation.requested', { epoch: 1 }],
  ['credential.version-acknowledged', { generation: 1 }],
  ['credential.rotated', { epoch: 1, generation: 2 }],
  ['credential.version-acknowledged', { generation: 2, instance: 'a' }],
  ['credential.version-acknowledged', { generation: 2, instance: 'b' }],
  ['rotation.completed', { epoch: 1 }],
  ['credential.version-acknowledged', { generation: 2, instance: 'c' }],
  ['rotation.requested', { epoch: 2 }],
  ['rotation.failed', { epoch: 2 }],
  ['rotation.requested', { epoch: 3 }],
  ['credential.rotated', { epoch: 3, generation: 3 }],
];

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const events = HAPPENED.map(([type, data], index) => {
    const event = recordedAt(index + 1, { type, data: { ...SAMPLES[type], ...data } });
    return witnessed(rehashed({ ...event, recordedAt: `2026-01-02T03:04:${String(index + 1).padStart(2, '0')}.000000Z` }));
  });
  await postgresEntryStore(database.pool).append(GENESIS, events);
});
afterAll(() => database.dispose());

it('puts rotations together, the newest first', async () => {
  const log = postgresRotationLog(database.pool);
  const about = { credentialId: CREDENTIAL, address: 'system.postgres.orders', requestedBy: 'Ada' };
  const none = { committedAt: null, endedAt: null, durationMs: null, convergenceMs: null, failure: null };
  const found = await log.rotations({ limit: 10 });
  expect(found).toMatchObject([
    { ...about, ...none, epoch: 3, status: 'open', committedAt: '2026-01-02T03:04:11.000000Z' },
    {
      ...about,
      epoch: 2,
      status: 'failed',
      durationMs: 1000,
      convergenceMs: null,
      failure: expect.stringContaining('the provider is down'),
    },
    { ...about, epoch: 1, status: 'completed', durationMs: 5000, convergenceMs: 2000, failure: null },
  ]);
  expect(await log.rotations({ limit: 1, before: 10 })).toEqual([found[1]]);
  expect(await log.rotations({ limit: 9, status: 'completed' })).toEqual([found[2]]);
  expect(await log.rotations({ limit: 9, credentialId: '0190c8a0-1111-7000-8000-00000000ffff' })).toEqual([]);
});

it('counts them since a day', async () => {
  const log = postgresRotationLog(database.pool);
  expect(await log.count('2026-01-02')).toEqual({ requested: 3, completed: 1, failed: 1 });
  expect(await log.count('2026-01-03')).toEqual({ requested: 0, completed: 0, failed: 0 });
});
