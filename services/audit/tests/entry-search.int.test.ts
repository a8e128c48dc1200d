import type { Actor } from '@keyturn/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryEntrySearch } from '../src/adapters/memory/entry-search.ts';
import { postgresEntrySearch } from '../src/adapters/postgres/entry-search.ts';
import { postgresEntryStore } from '../src/adapters/postgres/entry-store.ts';
import type { EntryFilter, EntrySearch } from '../src/ports/entry-search.ts';
import { GENESIS } from '../src/ports/entry-store.ts';
import { ACCESS_TYPES } from '../src/projection/access-entry.ts';
import { CREDENTIAL, recordedAt, rehashed, SAMPLES, witnessed } from '../src/testing/sample-events.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

const ADA: Actor = { kind: 'person', id: 'a-1', name: 'Ada 100% a_b' };
const BOB: Actor = { kind: 'person', id: 'b-2', name: 'Bob\0' };
const ORDERS: Actor = { kind: 'consumer', id: 'orders/7f3a' };
const JOB: Actor = { kind: 'program', id: 'job' };
const OTHER = '0190c8a0-1111-7000-8000-0000000000ff';

/** In this order, a second apart, from position 1 on. */
const HAPPENED: readonly [Actor, keyof typeof SAMPLES, object][] = [
  [ADA, 'credential.registered', {}],
  [BOB, 'rotation.requested', { note: 'nul \0' }],
  [ORDERS, 'secret.revealed', { recipient: 'orders/7f3a' }],
  [
    JOB,
    'secret.revealed',
    { credentialId: OTHER, address: 'system.openai.team-a', recipient: 'billing', purpose: 'resolve openai/generic' },
  ],
  [JOB, 'access.refused', { recipient: 'consumer billing, asked by job' }],
  [ADA, 'consumer.registered', { consumer: 'billing' }],
  [ADA, 'access.refused', { recipient: 'person a-1', refusalCode: 'not-revealable' }],
];
const EVENTS = HAPPENED.map(([actor, type, data], index) => {
  const event = recordedAt(index + 1, { type, data: { ...SAMPLES[type], ...data } });
  return witnessed(rehashed({ ...event, meta: { ...event.meta, actor }, recordedAt: `2026-01-02T03:04:0${index + 1}.000000Z` }));
});

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await postgresEntryStore(database.pool).append(GENESIS, EVENTS);
});
afterAll(() => database.dispose());

const describeEntrySearch = (name: string, open: () => EntrySearch) =>
  describe(`the search in ${name}`, () => {
    const positions = async (filter: EntryFilter): Promise<number[]> =>
      (await open().entries({ ...filter, limit: 100 })).map(({ position }) => position);

    it.each<[EntryFilter, number[]]>([
      [{}, [7, 6, 5, 4, 3, 2, 1]],
      [{ credentialId: OTHER }, [4]],
      [{ person: 'a-1' }, [7, 6, 1]],
      [{ person: 'Ada 100% a_b' }, [7, 6, 1]],
      [{ person: 'b-2' }, [2]],
      [{ person: 'job' }, [5, 4]],
      [{ person: 'orders/7f3a' }, []],
      [{ consumer: 'orders' }, [3]],
      [{ consumer: 'billing' }, [6, 5, 4]],
      [{ from: '2026-01-02T03:04:03.000000Z', to: '2026-01-02T03:04:05.000000Z' }, [4, 3]],
      [{ text: 'ADA 100% A_B' }, [7, 6, 1]],
      [{ text: 'team-a' }, [4]],
      [{ text: 'team%a' }, []],
      [{ text: 'team_a' }, []],
      [{ text: '\\' }, []],
      [{ text: "'; DROP TABLE entries; --" }, []],
      [{ person: 'a-1', consumer: 'billing' }, [6]],
      [{ text: 'refused', credentialId: CREDENTIAL }, []],
    ])('finds by %j', async (filter, found) => expect(await positions(filter)).toEqual(found));

    it('reads a page behind a position', async () => {
      const page = await open().entries({ person: 'a-1', before: 7, limit: 1 });
      expect(page).toEqual([EVENTS[5]?.entry]);
    });
    it('reads events of some types as they came', async () => {
      const found = await open().recorded({ types: ACCESS_TYPES, before: 7, limit: 2 });
      expect(found).toEqual([EVENTS[4]?.recorded, EVENTS[3]?.recorded]);
      expect(await open().recorded({ types: ACCESS_TYPES, person: 'a-1', limit: 9 })).toEqual([EVENTS[6]?.recorded]);
    });
  });

describeEntrySearch('memory', () => memoryEntrySearch(EVENTS));
describeEntrySearch('postgres', () => postgresEntrySearch(database.pool));
