import type { LogRow } from '@keyturn/contracts/queries';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryAuditDatabase } from '../adapters/memory/audit-database.ts';
import { GENESIS } from '../ports/entry-store.ts';
import { recordedAt, rehashed, rowOf, sample, witnessed } from '../testing/sample-events.ts';
import { logWalk } from './log-walk.ts';

const LENGTH = 600;
const recorded = Array.from({ length: LENGTH }, () => recordedAt(1));
for (let index = 1; index < LENGTH; index += 1) {
  const before = recorded[index - 1]!;
  recorded[index] = rehashed({ ...before, position: index + 1, version: index + 1, prevHash: before.hash });
}
const WITNESSED = recorded.map(witnessed);

const database = memoryAuditDatabase();
await database.store.append(GENESIS, WITNESSED);
const stored = database.storedOf('served');

let rows: LogRow[] | null;
let asked: number[];
beforeEach(() => {
  rows = recorded.map(rowOf);
  asked = [];
});

const walkOf = (eventsPerLook = 250) =>
  logWalk({
    store: database.store,
    stored,
    eventsPerLook,
    vaultLog: {
      page: async (after, limit) => {
        asked.push(after);
        return rows?.filter(({ position }) => position > after).slice(0, limit) ?? null;
      },
    },
  });
const change = (position: number, changes: Partial<LogRow>): void => {
  rows![position - 1] = { ...rows![position - 1]!, ...changes };
};
const NOT_ITSELF = (position: number) => ({
  position,
  sentence: `position ${position} has a hash that is not the hash of what it says`,
});
const ANOTHER = (position: number) => ({
  position,
  sentence: `position ${position} was witnessed with another hash than the vault has there now`,
});
const LATER = '2027-01-02T03:04:05.123456Z';

describe("the walk through the vault's table", () => {
  it('finds nothing where all is as it was witnessed', async () => {
    const walk = walkOf();
    expect((await walk.whole()).found).toEqual([]);
    for (let look = 0; look < 5; look += 1) expect(await walk.look()).toEqual([]);
  });

  it.each([
    ['what it says', { data: JSON.stringify({ ...sample('rotation.requested').data, reason: 'scheduled' }) }],
    ['when', { recordedAt: LATER }],
    ['its stream', { stream: 'credential-another' }],
    ['its hash', { hash: 'f'.repeat(64) }],
    ['the hash before it', { prevHash: 'f'.repeat(64) }],
    ['its ciphertext’s hash', { sealedHash: 'f'.repeat(64) }],
    ['its text, which is no JSON any more', { data: '{' }],
    ['who did it, which is no JSON any more', { meta: 'nobody' }],
  ] as const)('finds an old row of which %s was changed', async (_what, changes) => {
    change(5, changes);
    expect((await walkOf().whole()).found).toEqual([NOT_ITSELF(5)]);
  });

  it('finds a row whose hash was made to fit, and one whose hash only looks like the one it had', async () => {
    const forged = rehashed({ ...recorded[4]!, recordedAt: LATER });
    change(5, rowOf(forged));
    change(9, { prevHash: `${recorded[8]!.prevHash}zz` });
    expect((await walkOf().whole()).found).toEqual([ANOTHER(5), ANOTHER(9)]);
  });

  it('names the first of a log that was written anew from some event on', async () => {
    for (let index = 299; index < LENGTH; index += 1) {
      const prevHash = index === 299 ? recorded[298]!.hash : rows![index - 1]!.hash;
      rows![index] = rowOf(rehashed({ ...recorded[index]!, recordedAt: LATER, prevHash }));
    }
    const walk = walkOf(LENGTH);
    expect((await walk.whole()).found).toEqual([ANOTHER(300)]);
    expect(await walk.look()).toEqual([ANOTHER(300)]);
  });

  it('finds a row that is gone, and several', async () => {
    rows = rows!.filter(({ position }) => position !== 3 && (position < 20 || position > 400));
    const missing = (position: number) => ({ position, sentence: `position ${position} was witnessed, and is missing in the vault's log` });
    expect((await walkOf().whole()).found).toEqual([missing(3), missing(20)]);
  });

  it('finds a changed row among the newest at its next look', async () => {
    change(LENGTH - 3, { recordedAt: LATER });
    expect(await walkOf().look()).toEqual([NOT_ITSELF(LENGTH - 3)]);
  });

  it('goes on at each look where the last one ended, and from the start behind the last event', async () => {
    const walk = walkOf();
    for (let look = 0; look < 5; look += 1) await walk.look();
    const newest = LENGTH - 250;
    expect(asked).toEqual([newest, 0, newest, 250, newest, 500, newest, 600, newest, 0]);
  });

  it('says that it could not look where it was asked for all of it and got no answer', async () => {
    rows = null;
    expect(await walkOf().whole()).toEqual({ found: [], isWhole: false });
  });

  it('finds one row that tells of a restore behind which all is as it was witnessed', async () => {
    const head = { position: 4, hash: recorded[3]!.hash };
    const data = { ...sample('log.restored').data, head };
    rows![4] = rowOf(rehashed({ ...recorded[4]!, type: 'log.restored', data }));
    expect((await walkOf().whole()).found).toEqual([ANOTHER(5)]);
    rows = recorded.map(rowOf);
    const last = { position: 249, hash: recorded[248]!.hash };
    rows[249] = rowOf(rehashed({ ...recorded[249]!, type: 'log.restored', data: { ...data, head: last } }));
    expect((await walkOf().whole()).found).toEqual([ANOTHER(250)]); // its neighbour is on the next page
  });

  it('stays where it is while the vault gives no answer', async () => {
    const walk = walkOf();
    await walk.look();
    rows = null;
    expect(await walk.look()).toEqual([]);
    rows = recorded.map(rowOf);
    asked = [];
    await walk.look();
    expect(asked.at(-1)).toBe(250);
  });

  it('leaves a lawful restore to whoever hears of it', async () => {
    const head = { position: 3, hash: recorded[2]!.hash };
    const restored = rehashed({ ...recorded[3]!, type: 'log.restored', data: { ...sample('log.restored').data, head } });
    const after = rehashed({ ...recorded[4]!, prevHash: restored.hash });
    rows = [...recorded.slice(0, 3), restored, after].map(rowOf);
    expect((await walkOf().whole()).found).toEqual([]);
    const forged = { ...sample('log.restored').data, head: { position: 3, hash: 'a'.repeat(64) } };
    rows = [...recorded.slice(0, 3), rehashed({ ...restored, data: forged }), after].map(rowOf);
    expect((await walkOf().whole()).found).toEqual([ANOTHER(4)]);
  });
});
