import { memoryNats } from '@keyturn/bus/testing';
import { busWire } from '../adapters/bus-wire.ts';
import { openSession } from '../connect.ts';
import type { Recipe } from '../derived.ts';
import type { Fields } from '../held-version.ts';
import type { Keyturn } from '../keyturn.ts';
import type { Log } from '../ports/log.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';
import { MemoryVault } from './memory-vault.ts';
import { serveMemoryVault } from './serve-memory-vault.ts';

export const ADDRESS = 'system.postgres.orders';
export const FIRST: Fields = { username: 'orders', password: 'canary-one-7777' };
export const SECOND: Fields = { username: 'orders_kt1', password: 'canary-two-8888' };
export const THIRD: Fields = { username: 'orders', password: 'canary-three-9999' };
export const BEAT_MS = 10_000;

const open: Keyturn[] = [];
/** For `afterEach`. */
export const closeAll = async (): Promise<void> => void (await Promise.all(open.splice(0).map((keyturn) => keyturn.close({ drainMs: 0 }))));

/**
 * Waits until the claim holds. No time passes on the test's clock meanwhile, unless `clock` is given: then 50 ms for each real one, so that
 * real cryptography still keeps up with it.
 */
export const until = async (claim: () => boolean, clock?: ManualClock): Promise<void> => {
  for (const end = performance.now() + 4_000; performance.now() < end;) {
    if (claim()) return;
    await new Promise((resolve) => void (clock ? setTimeout(resolve, 1) : setImmediate(resolve)));
    clock?.advance(50);
  }
  throw new Error(`never: ${claim.toString()}`);
};
/** Lets everything that can happen without time passing happen. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
};

/** One instance `a1` of `orders` on a vault in memory that has version 1; its time stands still. */
export const start = () => {
  const nats = memoryNats();
  const clock = manualClock();
  const vault = new MemoryVault(clock);
  const lines: string[] = [];
  const write = (event: string, fields?: Readonly<Record<string, unknown>>): void =>
    void lines.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const served = serveMemoryVault(nats.bus(), vault);
  vault.commit(ADDRESS, FIRST);
  const connectAs = (instance: string, pinnedIdentity = vault.identity): Keyturn => {
    const keyturn = openSession(busWire(nats.bus()), { consumer: 'orders', instance, log, beatEveryMs: BEAT_MS, clock, pinnedIdentity });
    open.push(keyturn);
    return keyturn;
  };
  const keyturn = connectAs('a1');
  const verbs = (verb: string) => vault.heard.filter((message) => message.verb === verb);
  const held = (instance = 'a1'): readonly number[] => vault.held.get(instance)?.[0]?.versions ?? [];
  return { ...served, nats, clock, vault, lines, keyturn, connectAs, verbs, held };
};

export type Pool = { readonly fields: Fields; isDrained: boolean };
/** A pool that writes down what happens to it; `refused` names passwords that its probe fails on. */
export const poolRecipe = (steps: string[] = [], refused = new Set<string>()): Recipe<Pool> => ({
  build: (fields) => {
    steps.push(`build ${fields['username']}`);
    return { fields, isDrained: false };
  },
  probe: ({ fields }) => {
    steps.push(`probe ${fields['username']}`);
    const error = Object.assign(new Error(`password authentication failed for ${fields['password']}`), { code: '28P01' });
    return refused.has(fields['password']!) ? Promise.reject(error) : Promise.resolve();
  },
  drain: (pool) => {
    steps.push(`drain ${pool.fields['username']}`);
    pool.isDrained = true;
    return Promise.resolve();
  },
});
