import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresEntryStore } from '../src/adapters/postgres/entry-store.ts';
import { postgresUsageStore } from '../src/adapters/postgres/usage-store.ts';
import { GENESIS, type WitnessedEvent } from '../src/ports/entry-store.ts';
import { accessEntryOf } from '../src/projection/access-entry.ts';
import { CREDENTIAL, recordedAt, sample, witnessed } from '../src/testing/sample-events.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.dispose());

const revealed = sample('secret.revealed');
const USES = [
  { reason: 'a look \0' },
  { purpose: 'resolve openai/user_api_key: the user’s own' },
  { purpose: 'resolve openai/user_api_key: the user’s own' },
  { purpose: 'fetch' },
  { recipient: 'rotation-worker' },
];

/** A reveal for each use, all of one day. */
const reveals = (): WitnessedEvent[] =>
  USES.map((use, index) => witnessed(recordedAt(index + 1, { type: 'secret.revealed', data: { ...revealed.data, ...use } })));

it('counts uses by day, as the access log names them, and the worker’s for nobody', async () => {
  const events = reveals();
  expect(await postgresEntryStore(database.pool).append(GENESIS, events)).toBe('stored');
  const named = events.map(({ recorded }) => accessEntryOf(recorded)?.what);
  expect(named).toEqual(['revealed', 'resolved', 'resolved', 'fetched', 'used-by-worker']);
  const day = events[0]?.entry.at.slice(0, 10) ?? '';
  const usage = postgresUsageStore(database.pool);
  expect(await usage.days({ credentialIds: [CREDENTIAL], since: day })).toEqual([
    { credentialId: CREDENTIAL, day, reveals: 1, resolutions: 2, fetches: 1 },
  ]);
  expect(await usage.days({ credentialIds: [CREDENTIAL], since: '9999-01-01' })).toEqual([]);
  expect(await usage.days({ credentialIds: ['0190c8a0-1111-7000-8000-00000000ffff'], since: day })).toEqual([]);
});
