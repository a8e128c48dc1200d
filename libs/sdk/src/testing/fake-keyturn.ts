import type { Address } from '@keyturn/contracts';
import { memoryNats } from '@keyturn/bus/testing';
import { busWire } from '../adapters/bus-wire.ts';
import { systemSdkClock } from '../adapters/system-clock.ts';
import { openSession } from '../connect.ts';
import type { Fields } from '../held-version.ts';
import type { Keyturn } from '../keyturn.ts';
import { MemoryVault, type Acked } from './memory-vault.ts';
import { serveMemoryVault } from './serve-memory-vault.ts';

/** What the consumer under test told of a version: that it works, or in one word why not. */
export type Told = { readonly ok: boolean; readonly sentence: string };

/** The real SDK on a vault in memory, to test how a service takes a rotation. */
export type FakeKeyturn = {
  /** Give it to the code under test in place of what `connect` returns. */
  readonly keyturn: Keyturn;
  /** Makes these fields current and waits for what the code under test tells of them; rejects after `timeoutMs` (5 s if not said). */
  rotate(address: Address, fields: Fields, timeoutMs?: number): Promise<Told>;
  /** Asks the code under test to try these fields before they are made current, and waits for its word; nothing is swapped. */
  preflight(address: Address, fields: Fields, timeoutMs?: number): Promise<Told>;
  /** Versions of this secret that the code under test still holds, as its lease says. */
  holds(address: Address): readonly number[];
  /** Cuts the connection, or mends it. */
  setConnected(connected: boolean): void;
};

/** Starts with version 1 of each secret in `fields`, by address. */
export const fakeKeyturn = ({ fields }: { readonly fields: Readonly<Record<Address, Fields>> }): FakeKeyturn => {
  const nats = memoryNats();
  const vault = new MemoryVault(systemSdkClock);
  const { commit, askPreflight } = serveMemoryVault(nats.bus(), vault);
  for (const [address, first] of Object.entries(fields)) vault.commit(address, first);
  const keyturn = openSession(busWire(nats.bus()), { consumer: 'fake', instance: 'fake', beatEveryMs: 1_000 });
  return {
    keyturn,
    setConnected: nats.setConnected,
    holds: (address) => keyturn.status().secrets.find((secret) => secret.address === address)?.holds ?? [],
    rotate: async (address, next, timeoutMs = 5_000) => {
      const generation = commit(address, next);
      return toldOf(vault.acks, (ack) => ack.address === address && ack.generation === generation, timeoutMs);
    },
    preflight: async (address, next, timeoutMs = 5_000) => {
      const version = askPreflight(address, next, ['fake/fake']);
      return toldOf(vault.preflights, (said) => said.address === address && said.version === version, timeoutMs);
    },
  };
};

const toldOf = async (said: readonly Acked[], isMeant: (one: Acked) => boolean, timeoutMs: number): Promise<Told> => {
  for (const until = performance.now() + timeoutMs; performance.now() < until;) {
    const told = said.find(isMeant);
    if (told) return { ok: told.ok, sentence: told.sentence };
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
  throw new Error(`nothing was told of the new version within ${timeoutMs} ms`);
};
