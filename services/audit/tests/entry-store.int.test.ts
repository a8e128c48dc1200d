import { silentLogger } from '@keyturn/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryEntryStore } from '../src/adapters/memory/entry-store.ts';
import { postgresEntryStore } from '../src/adapters/postgres/entry-store.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { postgresWriterLock } from '../src/adapters/postgres/writer-lock.ts';
import { type EntryStore, GENESIS, type WitnessedEvent } from '../src/ports/entry-store.ts';
import { sortBatch } from '../src/projection/sort-batch.ts';
import { CREDENTIAL, arrivedAt, recordedAt, sample } from '../src/testing/sample-events.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

const eventsFrom = (first: number, last: number): readonly WitnessedEvent[] => {
  const before = first === 1 ? GENESIS : { position: first - 1, hash: recordedAt(first - 1).hash };
  return sortBatch(
    before,
    Array.from({ length: last - first + 1 }, (_, index) => arrivedAt(first + index)),
  ).taken;
};
const at = (position: number) => ({ position, hash: recordedAt(position).hash });

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.dispose());

const describeEntryStore = (name: string, open: () => EntryStore) =>
  describe(`the entry store in ${name}`, () => {
    let store: EntryStore;
    beforeAll(async () => {
      store = open();
      expect(await store.checkpoint()).toEqual(GENESIS);
      expect(await store.append(GENESIS, eventsFrom(1, 3))).toBe('stored');
    });

    it('moves the checkpoint with the entries', async () => {
      expect(await store.checkpoint()).toEqual(at(3));
    });
    it('adds nothing when the checkpoint has moved', async () => {
      expect(await store.append(at(2), eventsFrom(3, 4))).toBe('moved');
      expect(await store.append({ position: 3, hash: 'f'.repeat(64) }, eventsFrom(4, 4))).toBe('moved');
      expect((await store.timeline({ after: 0, limit: 10 })).total).toBe(3);
    });
    it('reads pages in order', async () => {
      const page = await store.timeline({ credentialId: CREDENTIAL, after: 1, limit: 1 });
      expect(page).toMatchObject({ items: [{ position: 2, who: 'Ada', at: recordedAt(2).recordedAt }], projectedTo: 3, total: 3 });
    });
    it('knows nothing of another credential', async () => {
      expect(await store.timeline({ credentialId: '0190c8a0-1111-7000-8000-00000000ffff', after: 0, limit: 10 })).toMatchObject({
        items: [],
        total: 0,
      });
    });
    it('finds a repeat whose hash is another', async () => {
      expect(await store.firstDiffering([at(1), at(2)])).toBeNull();
      expect(await store.firstDiffering([at(1), { position: 2, hash: 'f'.repeat(64) }])).toEqual({ position: 2, hash: 'f'.repeat(64) });
    });
    it('parks a message once', async () => {
      const message = { sequence: 9, subject: 's', reason: 'r', payload: 'p' };
      await store.park(message);
      await expect(store.park(message)).resolves.toBeUndefined();
    });
  });

describeEntryStore('memory', () => memoryEntryStore());
describeEntryStore('postgres', () => postgresEntryStore(database.pool));

describe('the audit database', () => {
  it('keeps an event as it came', async () => {
    const { rows } = await database.pool.query<{ recorded: string }>('SELECT recorded FROM entries WHERE position = 2');
    expect(JSON.parse(rows[0]!.recorded)).toEqual(recordedAt(2));
  });

  it('takes an entry whose text holds what JSON allows and Postgres does not', async () => {
    const event = sample('rotation.requested');
    const recorded = recordedAt(4, { ...event, data: { ...event.data, note: 'nul \0 here' } });
    const { taken, obstacle } = sortBatch(at(3), [arrivedAt(4, 4, recorded)]);
    expect(obstacle).toBeNull();
    expect(await postgresEntryStore(database.pool).append(at(3), taken)).toBe('stored');
  });

  it.each([
    "UPDATE entries SET summary = ''",
    'DELETE FROM entries',
    'TRUNCATE entries',
    'DELETE FROM checkpoint',
    "UPDATE parked SET reason = ''",
    'DELETE FROM convictions',
    "UPDATE convictions SET settled_because = 'never mind'",
    'DROP TABLE entries',
    'CREATE TABLE mine ()',
  ])('lets the service not run: %s', async (statement) => {
    await expect(database.pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('runs its migrations once, however often and by however many they are asked for', async () => {
    expect(await Promise.all([migrate(database), migrate(database)])).toEqual([[], []]);
  });

  it('has one writer at a time', async () => {
    const lock = postgresWriterLock(database.serviceUrl, silentLogger);
    const held = await lock.acquire(new AbortController().signal);
    expect(await lock.acquire(AbortSignal.timeout(200))).toBeNull();
    await held?.release();
    const next = await lock.acquire(new AbortController().signal);
    expect(next).not.toBeNull();
    await next?.release();
  });
});
