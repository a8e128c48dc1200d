import { chosenRotation } from '@keyturn/providers';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { createActivities } from '../activities/index.ts';
import { memoryLogins } from '../adapters/memory/memory-logins.ts';
import { memoryVault } from '../adapters/memory/memory-vault.ts';
import { createSettlePace } from './settle-pace.ts';
import { createSettleRounds } from './settle-rounds.ts';

const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const place = { host: 'db', port: '5432', database: 'orders' };

/** A rotation has failed behind its apply, so a candidate is left at the provider. */
const aLeftover = async (waits: { readonly graceMs?: number; readonly soakMs?: number } = {}) => {
  let at = 0;
  const clock = { now: () => new Date(at) };
  const old = { ...place, username: 'orders', password: 'old' };
  const issuer = { ...place, username: 'issuer', password: 'issuer' };
  const real = memoryVault({ credentialId, address: 'system.postgres.orders', issuer, old, clock, ...waits });
  const revealed: string[] = [];
  const vault = { ...real, reveal: (what: Parameters<typeof real.reveal>[0]) => (revealed.push(what.what), real.reveal(what)) };
  const logins = memoryLogins({ clock, owner: 'orders', password: 'old' });
  const providers = { database_password: chosenRotation(logins) };
  const execution = () => ({ id: 'run', attempt: 1, remembered: undefined, beat: () => undefined, sleep: () => Promise.resolve() });
  const { stageCandidate, applyCandidate } = createActivities({ vault, adapters: {}, providers, log: silentLogger, execution });
  await stageCandidate({ credentialId, epoch: 1, version: 2 });
  await applyCandidate({ credentialId, epoch: 1, version: 2 });
  vault.failEpoch();
  revealed.length = 0;
  let tries = 0;
  const settlePace = createSettlePace({ firstMs: 1_000, longestMs: 60_000, clock });
  const newId = () => `try-${(tries += 1)}`;
  const rounds = createSettleRounds({
    vault,
    adapters: {},
    providers,
    log: silentLogger,
    settlePace,
    newId,
    issueTakesMs: 1_000,
    everyMs: 1_000,
  });
  const sweepFor = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1, at += 1_000) {
      await rounds.look();
      await rounds.idle();
    }
  };
  const letPass = (ms: number): void => void (at += ms);
  return { vault, logins, sweepFor, letPass, revealed };
};

describe('the sweeper', () => {
  it('asks for the secrets of what it can’t settle ever more rarely, and has the ledger say why', async () => {
    const { vault, logins, sweepFor, revealed } = await aLeftover();
    logins.setDown(true);
    await sweepFor(31);
    expect(revealed).toHaveLength(5); // at 0, 1, 3, 7 and 15 seconds
    expect(vault.revokeFailed()).toBe("The server can't be reached.");
    expect(await vault.listUnsettled()).toHaveLength(1);
  });

  it('settles it when the provider is back', async () => {
    const { vault, logins, sweepFor } = await aLeftover();
    logins.setDown(true);
    await sweepFor(3);
    logins.setDown(false);
    await sweepFor(1);
    expect(await vault.listUnsettled()).toEqual([]);
    expect(logins.logsIn('orders_kt1', vault.candidatePassword()!)).toBe(false);
  });
});

/** A person has typed another role over the one that a rotation made. */
const aReplaced = async (waits: { readonly graceMs?: number; readonly soakMs?: number } = {}) => {
  const left = await aLeftover(waits);
  left.vault.replaceByHand();
  const works = () => left.logins.logsIn('orders_kt1', left.vault.candidatePassword() ?? '');
  const told = () => left.vault.reports.filter((name) => name.startsWith('ledger.'));
  /** What was done to it at the provider since its rotation. */
  const done = () => left.logins.changes.filter((change) => !change.startsWith('apply'));
  return { ...left, works, told, done };
};

describe('what was replaced by hand', () => {
  it('is removed once nobody uses it', async () => {
    const { vault, sweepFor, works, told } = await aReplaced();
    expect(works()).toBe(true);
    await sweepFor(1);
    expect([works(), told(), await vault.listUnsettled()]).toEqual([false, ['ledger.start-revocation', 'ledger.record-revoked'], []]);
  });

  it('stays while somebody is logged in with it, and the ledger says who', async () => {
    const { vault, logins, sweepFor, works, told } = await aReplaced();
    logins.setSessions('orders_kt1', 2);
    await sweepFor(1);
    expect([works(), told()]).toEqual([true, ['ledger.record-revoke-failed']]);
    expect(vault.revokeFailed()).toBe('2 sessions are still logged in as orders_kt1 (orders).');
    logins.setSessions('orders_kt1', 0);
    await sweepFor(1);
    expect([works(), await vault.listUnsettled()]).toEqual([false, []]);
  });

  it('is watched over the grace, sample by sample, then shut out, and erased only after the soak', async () => {
    const { vault, sweepFor, works, told, done, revealed } = await aReplaced({ graceMs: 3_000, soakMs: 2_000 });
    await sweepFor(3);
    expect([works(), told(), done()]).toEqual([true, [], []]);
    await sweepFor(1);
    expect([works(), told(), done()]).toEqual([false, ['ledger.start-revocation'], ['deny orders_kt1']]);
    await sweepFor(1);
    expect(done()).toEqual(['deny orders_kt1']);
    await sweepFor(1);
    expect([told(), done()]).toEqual([
      ['ledger.start-revocation', 'ledger.record-revoked'],
      ['deny orders_kt1', 'erase orders_kt1'],
    ]);
    expect(vault.evidence.at(-1)).toBe('Nobody used orders_kt1 in 4 samples over 3 s.');
    expect([vault.revokeFailed(), await vault.listUnsettled()]).toEqual([undefined, []]);
    expect(revealed).toEqual(['issuer', 'issuer', 'issuer', 'version']); // to look, to shut it out, and to erase it
  });

  it('is watched anew where a round was missed, in which somebody may have used it', async () => {
    const { sweepFor, letPass, told } = await aReplaced({ graceMs: 3_000 });
    await sweepFor(3);
    letPass(60_000);
    await sweepFor(3);
    expect(told()).toEqual([]);
    await sweepFor(1);
    expect(told()).toContain('ledger.record-revoked');
  });

  it('is watched anew from when somebody uses it', async () => {
    const { logins, sweepFor, works, told } = await aReplaced({ graceMs: 3_000 });
    await sweepFor(3);
    logins.setSessions('orders_kt1', 1);
    await sweepFor(1);
    logins.setSessions('orders_kt1', 0);
    await sweepFor(3);
    expect([works(), told()]).toEqual([true, ['ledger.record-revoke-failed']]);
    await sweepFor(1);
    expect([works(), told().at(-1)]).toEqual([false, 'ledger.record-revoked']);
  });

  it('is not erased in the soak while somebody uses it after all', async () => {
    const { vault, logins, sweepFor, done } = await aReplaced({ soakMs: 2_000 });
    await sweepFor(1);
    logins.setSessions('orders_kt1', 1);
    await sweepFor(3);
    expect([done(), vault.revokeFailed()]).toEqual([['deny orders_kt1'], '1 session is still logged in as orders_kt1 (orders).']);
    logins.setSessions('orders_kt1', 0);
    await sweepFor(6);
    expect(done()).toEqual(['deny orders_kt1', 'erase orders_kt1']);
  });

  it.each([
    [{ code: 'rotation-open', epoch: 2 }, undefined],
    [{ code: 'change-open', version: 4 }, undefined],
    [{ code: 'revocation-not-proven', waitingFor: 'orders/a' }, undefined],
    [{ code: 'value-in-use', version: 4 }, "orders_kt1 is in use as version 4: don't remove it at the provider, settle it here."],
    [{ code: 'version-unreadable', version: 4 }, "Version 4 can't be opened, so orders_kt1 may be in use: Keyturn doesn't remove it."],
  ] as const)('stays where the vault says %o, and the ledger is told only what a person must know', async (refusal, sentence) => {
    const { vault, sweepFor, works, done } = await aReplaced();
    const { report } = vault;
    Object.assign(vault, {
      report: (...asked: Parameters<typeof report>) =>
        asked[0] === 'ledger.start-revocation' ? Promise.resolve({ ok: false, refusal }) : report(...asked),
    });
    await sweepFor(1);
    expect([works(), done(), vault.revokeFailed()]).toEqual([true, [], sentence]);
  });

  it('is settled where somebody has removed it already', async () => {
    const { vault, logins, sweepFor, told } = await aReplaced();
    await logins.erase({ issuer: {} as never, username: 'orders_kt1', fence: { credentialId, incarnation: 1, epoch: 1, version: 2 } });
    await sweepFor(1);
    expect([told(), await vault.listUnsettled()]).toEqual([['ledger.start-revocation', 'ledger.record-revoked'], []]);
  });

  it('is settled by another try where the provider failed after it had begun', async () => {
    const { vault, logins, sweepFor, works, told } = await aReplaced();
    const { erase } = logins;
    logins.erase = (input) => {
      logins.erase = erase;
      return Promise.resolve({ ok: false, refusal: { code: 'provider-unreachable', sentence: `${input.username}: down.` } });
    };
    await sweepFor(2);
    expect([works(), told(), vault.revokeFailed()]).toEqual([
      false,
      ['ledger.start-revocation', 'ledger.record-revoke-failed', 'ledger.record-revoked'],
      'orders_kt1: down.',
    ]);
  });
});
