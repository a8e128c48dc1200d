import { ok, systemClock } from '@keyturn/kernel';
import { chosenRotation, TurnTooFar } from '@keyturn/providers';
import { createPace, memoryTurns } from '@keyturn/providers/http';
import { silentLogger } from '@keyturn/telemetry';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { memoryLogins } from '../adapters/memory/memory-logins.ts';
import { memoryVault } from '../adapters/memory/memory-vault.ts';
import type { Execution } from '../ports/execution.ts';
import { createActivities } from './index.ts';

const CREDENTIAL = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const NEW = { credentialId: CREDENTIAL, epoch: 1, version: 2 };
const OLD = { ...NEW, version: 1 };
const place = { host: 'db', port: '5432', database: 'orders' };

/** A worker with everything in memory. `attempt` makes the next call a retry of the same execution. */
const aWorker = ({ watchForMs = 0 } = {}) => {
  const clock = systemClock;
  const old = { ...place, username: 'orders', password: 'old-Canary-password' };
  const issuer = { ...place, username: 'issuer', password: 'issuer-Canary-password' };
  const vault = memoryVault({ credentialId: CREDENTIAL, address: 'system.postgres.orders', issuer, old, clock, watchForMs });
  const logins = memoryLogins({ clock, owner: 'orders', password: old.password });
  const notes: unknown[] = [];
  let attempt = 1;
  const execution = (): Execution => ({
    id: `run/${attempt === 1 ? (attempts += 1) : attempts}`,
    attempt,
    remembered: undefined,
    beat: (note) => void notes.push(note),
    sleep: () => Promise.resolve(),
  });
  let attempts = 0;
  const activities = createActivities({
    vault,
    adapters: {},
    providers: { database_password: chosenRotation(logins) },
    log: silentLogger,
    execution,
  });
  return { vault, logins, activities, notes, retry: (number: number) => void (attempt = number) };
};

const failureOf = async (promise: Promise<unknown>): Promise<ApplicationFailure> => {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApplicationFailure)) throw new Error('the activity did not fail');
  return thrown;
};

describe('stageCandidate', () => {
  it('has the value recorded before the provider hears of it', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    expect(vault.reports).toEqual(['epoch.stage-candidate']);
    expect(logins.changes).toEqual([]);
  });

  it('has the vault know when the login will end, where the provider says it', async () => {
    const { activities, vault, logins } = aWorker();
    const { planCandidate } = logins;
    logins.planCandidate = async (input) => {
      const planned = await planCandidate(input);
      return planned.ok ? ok({ ...planned.value, expiresAt: '2199-01-02T03:04:05.000Z' }) : planned;
    };
    const { report } = vault;
    const told: unknown[] = [];
    vault.report = (name, data, about) => {
      told.push(data);
      return report(name, data, about);
    };
    await activities.stageCandidate(NEW);
    expect(told).toMatchObject([{ version: 2, providerId: 'orders_kt1', expiresAt: '2199-01-02T03:04:05.000Z' }]);
  });

  it('stages once although the answer was lost', async () => {
    const { activities, vault, retry } = aWorker();
    const staging = activities.stageCandidate(NEW);
    await staging;
    retry(2);
    await activities.stageCandidate(NEW);
    expect(vault.reports).toEqual(['epoch.stage-candidate']);
  });

  it('refuses with the exact statement when the issuer lacks a privilege', async () => {
    const { activities, logins } = aWorker();
    const statement = 'GRANT orders TO issuer WITH ADMIN TRUE';
    logins.lack([{ code: 'lacks-admin', needed: 'rotation', sentence: 'The issuer may not manage orders.', statement }]);
    const failure = await failureOf(activities.stageCandidate(NEW));
    expect(failure).toMatchObject({ type: 'issuer-lacks-privilege', nonRetryable: true });
    expect(failure.message).toContain(statement);
  });
});

describe('applyCandidate', () => {
  it('repeats harmlessly after the connection broke behind the change, and says nothing of the error', async () => {
    const { activities, vault, logins, retry } = aWorker();
    await activities.stageCandidate(NEW);
    logins.breakAfterNextChange();
    const failure = await failureOf(activities.applyCandidate(NEW));
    expect(failure).toMatchObject({ type: 'fault', nonRetryable: false });
    expect(`${failure.message}${failure.stack}${String(failure.cause)}`).not.toContain(vault.candidatePassword());
    retry(2);
    await activities.applyCandidate(NEW);
    expect(vault.reports).toEqual(['epoch.stage-candidate', 'epoch.record-applied']);
    expect(logins.logsIn('orders_kt1', vault.candidatePassword()!)).toBe(true);
  });

  it('does nothing when the epoch is past the step', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    await activities.applyCandidate(NEW);
    expect(logins.changes).toEqual(['apply orders_kt1']);
    expect(vault.reports.filter((name) => name === 'epoch.record-applied')).toHaveLength(1);
  });
});

describe('testCandidate', () => {
  it('asks whether the login acts for the owner', async () => {
    const { activities, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    const { test } = logins;
    const owners: (string | undefined)[] = [];
    logins.test = (input) => {
      owners.push(input.owner);
      return test(input);
    };
    await activities.testCandidate(NEW);
    expect(owners).toEqual(['orders']);
  });

  it('records a refused login and refuses', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.refuseTests();
    expect(await failureOf(activities.testCandidate(NEW))).toMatchObject({ type: 'candidate-test-failed', nonRetryable: true });
    expect(vault.reports.at(-1)).toBe('epoch.record-tested');
  });

  it('records no verdict where the provider cannot be reached', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.setDown(true);
    expect(await failureOf(activities.testCandidate(NEW))).toMatchObject({ type: 'provider-unreachable' });
    expect(vault.reports).not.toContain('epoch.record-tested');
  });

  it('comes again at its turn where too many calls are before it, which is no refusal', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.test = () => Promise.reject(new TurnTooFar('postgres', 12_345.6));
    expect(await failureOf(activities.testCandidate(NEW))).toMatchObject({
      type: 'rate-limited',
      nonRetryable: false,
      nextRetryDelay: 12_346,
    });
    expect(vault.reports).not.toContain('epoch.record-tested');
  });

  it('calls with the issuer’s account where the issuer is opened, else with the credential’s own', async () => {
    const { activities, logins } = aWorker();
    const turns = memoryTurns(() => 0);
    const pace = createPace({
      provider: 'postgres',
      rate: { calls: 1, perMs: 60_000 },
      turns,
      now: () => 0,
      wait: () => Promise.resolve(),
    });
    const heldAs: string[] = [];
    turns.hold = async (key) => void heldAs.push(key);
    const { apply, test } = logins;
    logins.apply = async (input) => (await pace.hold('', 1), apply(input));
    logins.test = async (input) => (await pace.hold('', 1), test(input));
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    await activities.testCandidate(NEW);
    expect(heldAs).toEqual(['postgres as 019064d2-9bd2-7c6f-8a11-0e5f3c7d9bff 1', `postgres as ${CREDENTIAL}`]);
  });

  it('comes again while the step is still tried for, however far its turn is', async () => {
    const { activities, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.test = () => Promise.reject(new TurnTooFar('postgres', 3_600_000));
    expect(await failureOf(activities.testCandidate(NEW))).toMatchObject({ nonRetryable: false, nextRetryDelay: 120_000 });
  });

  it('has the run wait, and the vault told, where the provider takes no calls for long', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.test = () => Promise.reject(new TurnTooFar('Cloudflare', 1_799_000.2, true));
    const failure = await failureOf(activities.testCandidate(NEW));
    expect(failure).toMatchObject({ type: 'rate-limited', nonRetryable: true, details: [{ waitMs: 1_799_001 }] });
    expect(vault.reports.at(-1)).toBe('epoch.record-throttled');
    expect(vault.throttled()).toEqual(['Cloudflare takes no more calls just now, and nobody calls it before.']);
  });

  it('waits by itself where the provider takes calls again soon', async () => {
    const { activities, vault, logins } = aWorker();
    await activities.stageCandidate(NEW);
    await activities.applyCandidate(NEW);
    logins.test = () => Promise.reject(new TurnTooFar('cloudflare', 9_000, true));
    expect(await failureOf(activities.testCandidate(NEW))).toMatchObject({ nonRetryable: false, nextRetryDelay: 9_000 });
    expect(vault.reports).not.toContain('epoch.record-throttled');
  });
});

describe('observeUse', () => {
  const committed = async (settings: Parameters<typeof aWorker>[0] = {}) => {
    const worker = aWorker(settings);
    await worker.activities.stageCandidate(NEW);
    await worker.activities.applyCandidate(NEW);
    await worker.activities.testCandidate(NEW);
    await worker.activities.commitVersion(NEW);
    return worker;
  };

  it('names who still uses the old login', async () => {
    const { activities, vault, logins } = await committed();
    logins.setSessions('orders', 2);
    expect(await activities.observeUse(OLD)).toMatchObject({ idle: false, samples: 1 });
    expect(vault.evidence).toEqual(['2 sessions are still logged in as orders (orders).']);
  });

  it('goes on with the row of the call before', async () => {
    const { activities } = await committed();
    const row = await activities.observeUse(OLD);
    expect(await activities.observeUse({ ...OLD, row })).toMatchObject({ idle: true, samples: 2 });
  });

  it('ends in time by the provider’s clock, however long its answers take', async () => {
    const { activities, logins } = await committed({ watchForMs: 100 }); // a sample each 20 ms
    let at = 0;
    logins.sampleUse = async () => ok({ sampledAt: new Date((at += 60)).toISOString(), sessions: 1, applications: [], addresses: [] });
    expect(await activities.observeUse(OLD)).toMatchObject({ samples: 3 });
  });

  it('leaves out a sample whose turn is too far away, and keeps the row', async () => {
    const { activities, vault, logins } = await committed();
    const row = await activities.observeUse(OLD);
    const told = vault.evidence.length;
    logins.sampleUse = () => Promise.reject(new TurnTooFar('postgres', 5_000));
    expect(await activities.observeUse({ ...OLD, row })).toEqual(row);
    expect(vault.evidence).toHaveLength(told);
  });

  it('tells the row with its heartbeats, for the next attempt', async () => {
    const { activities, notes } = await committed();
    const row = await activities.observeUse(OLD);
    expect(notes).toContainEqual(row);
  });
});

describe('eraseOld', () => {
  it('records a revoke only when the provider has refused the old value', async () => {
    const { activities, vault, logins } = aWorker();
    for (const step of ['stageCandidate', 'applyCandidate', 'testCandidate', 'commitVersion'] as const) await activities[step](NEW);
    vault.acknowledge();
    for (const step of ['observeUse', 'startRevocation', 'denyLogins'] as const) await activities[step](OLD);
    expect(logins.logsIn('orders', 'old-Canary-password')).toBe(false);
    logins.isDead = () => Promise.resolve({ state: 'unknown', sentence: 'The server does not answer.' });
    expect(await failureOf(activities.eraseOld(OLD))).toMatchObject({ type: 'provider-unreachable' });
    expect(vault.reports).not.toContain('epoch.record-revoked');
    expect(vault.revokeFailed()).toBe('The server does not answer.');
    logins.isDead = () => Promise.resolve({ state: 'dead', sentence: 'refused twice' });
    await activities.eraseOld(OLD);
    expect(vault.reports.at(-1)).toBe('epoch.record-revoked');
  });
});

describe('startRevocation', () => {
  it('says what is not proven and does not fail', async () => {
    const { activities, vault } = aWorker();
    for (const step of ['stageCandidate', 'applyCandidate', 'testCandidate', 'commitVersion'] as const) await activities[step](NEW);
    vault.acknowledge();
    await activities.observeUse(OLD);
    vault.report = () => Promise.resolve({ ok: false, refusal: { code: 'revocation-not-proven', waitingFor: 'orders/7f3a' } });
    expect(await activities.startRevocation(OLD)).toEqual({
      code: 'revocation-not-proven',
      sentence: 'The revocation waits for orders/7f3a.',
    });
    vault.report = () => Promise.resolve(ok(undefined));
    expect(await activities.startRevocation(OLD)).toBeUndefined();
  });
});
