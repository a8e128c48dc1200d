import { systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryAuditDatabase } from '../adapters/memory/audit-database.ts';
import { GENESIS } from '../ports/entry-store.ts';
import { recordedAt, rehashed, rowOf, witnessed } from '../testing/sample-events.ts';
import { guard, type GuardDeps } from './guard.ts';

const EVENTS = [recordedAt(1), recordedAt(2), recordedAt(3)];
const HEAD = { position: 3, hash: recordedAt(3).hash };

let database: ReturnType<typeof memoryAuditDatabase>;
beforeEach(async () => {
  database = memoryAuditDatabase();
  await database.store.append(GENESIS, EVENTS.map(witnessed));
});

const guardOf = (given: Partial<GuardDeps>) => {
  const { store, convictions, rebuilds } = database;
  const stored = database.storedOf('served');
  const often = { compareHeadEveryMs: 1_000, eventsPerLook: 1_000, checkEntriesEveryMs: 1_000, lagAlarmMs: 1_000 };
  const vault = {
    vaultHead: { read: async () => HEAD },
    vaultLog: { page: async (after: number) => EVENTS.map(rowOf).filter(({ position }) => position > after) },
  };
  return guard({ store, stored, convictions, rebuilds, ...vault, ...often, clock: systemClock, log: silentLogger, ...given });
};

/** The rows of the served generation, of which a third page lacks all, as if another one had been served before it was read: the first when audit's own are checked. */
const tornOnce = () => {
  const stored = database.storedOf('served');
  let pages = 0;
  return { ...stored, page: (after: number, limit: number) => ((pages += 1) === 3 ? Promise.resolve([]) : stored.page(after, limit)) };
};

describe('a check of everything', () => {
  it('finds nothing wrong where nothing is', async () => expect(await guardOf({}).check()).toEqual({ found: [], isWhole: true }));

  it('convicts nobody of rows that are of two generations, because another one was served meanwhile, and looks again', async () => {
    let asked = 0;
    const generation = async () => ((asked += 1) < 4 ? 1 : 2);
    expect(await guardOf({ stored: { ...tornOnce(), generation } }).check()).toEqual({ found: [], isWhole: true });
    expect(await database.convictions.unsettled()).toEqual([]);
  });

  it('convicts of the same rows where the generation is one', async () => {
    const sentence = "the entry at position 1 is missing from audit's own table";
    expect((await guardOf({ stored: tornOnce() }).check()).found).toEqual([{ position: 1, sentence }]);
    expect(await database.convictions.unsettled()).toEqual([{ position: 1, sentence }]);
  });

  it('asks for the vault’s head once at a time, so that an older one is never compared behind a newer one', async () => {
    let [now, most] = [0, 0];
    const read = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return HEAD;
    };
    const checking = guardOf({ vaultHead: { read } });
    await Promise.all([checking.check(), checking.check()]);
    expect(most).toBe(1);
  });

  it('says once what the head and the log both show', async () => {
    const other = rehashed({ ...recordedAt(3), recordedAt: '2026-01-01T00:00:00.000000Z' });
    const page = async (after: number) => [...EVENTS.slice(0, 2), other].map(rowOf).filter(({ position }) => position > after);
    const read = async () => ({ position: 3, hash: other.hash });
    const sentence = 'position 3 was witnessed with another hash than the vault has there now';
    expect((await guardOf({ vaultHead: { read }, vaultLog: { page } }).check()).found).toEqual([{ position: 3, sentence }]);
  });
});
