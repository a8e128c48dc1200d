import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresEntryStore } from '../src/adapters/postgres/entry-store.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { postgresRotationLog } from '../src/adapters/postgres/rotation-log.ts';
import type { RotationQuery } from '../src/ports/rotation-log.ts';
import { GENESIS } from '../src/ports/entry-store.ts';
import { CREDENTIAL, recordedAt, rehashed, SAMPLES, witnessed } from '../src/testing/sample-events.ts';
import { asSuperuserOf, type TestDatabase, testDatabase } from './test-database.ts';

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
  for (const [status, index] of [
    ['open', 0],
    ['failed', 1],
    ['completed', 2],
  ] as const) {
    expect(await log.rotations({ limit: 9, status })).toEqual([found[index]]);
    expect(await log.rotations({ limit: 9, status, before: 1 })).toEqual([]);
  }
  expect(await log.rotations({ limit: 9, credentialId: '0190c8a0-1111-7000-8000-00000000ffff' })).toEqual([]);
});

it('counts them since a day', async () => {
  const log = postgresRotationLog(database.pool);
  expect(await log.count('2026-01-02')).toEqual({ requested: 3, completed: 1, failed: 1 });
  expect(await log.count('2026-01-03')).toEqual({ requested: 0, completed: 0, failed: 0 });
});

describe('among 100,000 events', () => {
  let large: TestDatabase;
  beforeAll(async () => {
    large = await testDatabase();
    // Written by hand: through the log it would take minutes. One in a thousand is a request.
    await asSuperuserOf(
      large,
      `INSERT INTO entries (generation, projection, position, event_id, at, type, who, credential_id, address, summary, verdict, epoch, prev_hash, hash, recorded)
       SELECT 1, 1, n, '1.' || n, '2026-01-02T03:04:05.000000Z',
              CASE WHEN n % 1000 = 0 THEN 'rotation.requested' WHEN n = 5500 THEN 'rotation.failed' ELSE 'credential.version-acknowledged' END, 'Ada',
              ('0190c8a0-1111-7000-8000-' || lpad((n / 1000)::text, 12, '0'))::uuid,
              'system.postgres.orders', 'told', 'done', n / 1000, '', '', '{"data":{"generation":1}}'
         FROM generate_series(1, 100000) n`,
    );
    await asSuperuserOf(large, 'ANALYZE entries');
  }, 120_000);
  afterAll(() => large.dispose());

  const planOf = async (asked: RotationQuery): Promise<string> => {
    const plan: string[] = [];
    const explained = {
      query: async (text: string, values: unknown[]) => {
        const { rows } = await large.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
        plan.push(...rows.map((row) => row['QUERY PLAN']));
        return { rows: [] };
      },
    };
    await postgresRotationLog(explained as never).rotations(asked);
    return plan.join('\n');
  };

  it.each([
    [undefined, 'entries_of_rotations'],
    ['completed', 'entries_of_rotations'],
    ['open', 'open_rotations'],
    ['failed', 'entries_of_failures'],
  ] as const)('finds the newest that are %s by their own index', async (status, index) => {
    const plan = await planOf({ limit: 50, status });
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on entries/u);
    expect(plan).toContain('entries_of_runs');
  });

  it('still holds those as under way that were before it was kept which are', async () => {
    const before = await asSuperuserOf(large, 'SELECT count(*)::int AS n FROM open_rotations');
    await asSuperuserOf(large, `${BEFORE_IT_WAS_KEPT}; DELETE FROM migrations WHERE name = '0024_open_rotations.sql'`);
    await migrate(large);
    expect(await asSuperuserOf(large, 'SELECT count(*)::int AS n FROM open_rotations')).toEqual(before);
    expect(before).toEqual([{ n: 99 }]);
  });
});

const BEFORE_IT_WAS_KEPT =
  'DROP TRIGGER keep_open_rotations ON entries; DROP FUNCTION keep_open_rotations; DROP TABLE open_rotations; DROP INDEX entries_of_failures; DROP INDEX entries_of_runs';
