import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { chosenRotation } from '@keyturn/providers';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryLogins } from '../adapters/memory/memory-logins.ts';
import { memoryVault } from '../adapters/memory/memory-vault.ts';
import type { OpenEpoch } from '../ports/vault.ts';
import { AT_ONCE } from '../rounds/work-rounds.ts';
import { createSettlePace } from './settle-pace.ts';
import { startSweeper } from './sweep.ts';

const clock = { now: () => new Date(0) };
const place = { host: 'db', port: '5432', database: 'orders' };
const idOf = (number: number): string => `019064d2-9bd2-7c6f-8a11-0e5f3c7d${String(9000 + number)}`;
const debtOf = (number: number): UnsettledCandidate => ({
  credentialId: idOf(number),
  address: 'system.postgres.orders',
  version: 2,
  epoch: 1,
  incarnation: 1,
  providerId: `orders_kt${number}`,
  publicFields: { ...place, username: `orders_kt${number}` },
});
const lost: OpenEpoch = { credentialId: idOf(99), address: 'system.postgres.other', epoch: 1 };

/** Forty debts at a server that doesn't answer, and a rotation that was lost. */
const forty = () => {
  const credentialId = idOf(0);
  const old = { ...place, username: 'orders', password: 'old' };
  const real = memoryVault({ credentialId, address: 'system.postgres.orders', issuer: { ...old, username: 'issuer' }, old, clock });
  const debts = Array.from({ length: 40 }, (_, number) => debtOf(number));
  const asked: string[] = [];
  const answering = Promise.withResolvers<void>();
  const logins = memoryLogins({ clock, owner: 'orders', password: 'old' });
  const hangs: typeof logins.erase = async (input) => {
    asked.push(input.username);
    await answering.promise;
    return logins.erase(input);
  };
  const vault: typeof real = {
    ...real,
    listUnsettled: () => Promise.resolve(debts),
    listOpenEpochs: () => Promise.resolve([lost]),
    reveal: (what) => real.reveal({ ...what, credentialId, ...(what.what === 'version' ? { version: 1 } : {}) }),
  };
  let starts = 0;
  const runs = { start: () => Promise.resolve({ runId: `run-${(starts += 1)}` }), wake: () => Promise.resolve() };
  const sweeper = startSweeper({
    vault,
    runs,
    adapters: {},
    providers: { database_password: chosenRotation({ ...logins, erase: hangs }) },
    log: silentLogger,
    settlePace: createSettlePace({ firstMs: 60_000, longestMs: 60_000, clock }),
    newId: () => 'try',
    issueTakesMs: 1_000,
    everyMs: 1,
  });
  return { sweeper, debts, asked, answer: answering.resolve, starts: () => starts };
};

describe('the sweeper', () => {
  it('asks a provider that doesn’t answer for a few debts at once, and starts lost rotations meanwhile', async () => {
    const { sweeper, debts, asked, answer, starts } = forty();
    await expect.poll(() => asked.length).toBe(AT_ONCE);
    const before = starts();
    await expect.poll(starts).toBeGreaterThan(before + 2);
    expect(asked).toHaveLength(AT_ONCE);
    answer();
    await expect.poll(() => asked.length).toBe(debts.length);
    await sweeper.stop();
    expect(new Set(asked)).toEqual(new Set(debts.map(({ providerId }) => providerId)));
    expect(asked).toHaveLength(debts.length);
  });
});
