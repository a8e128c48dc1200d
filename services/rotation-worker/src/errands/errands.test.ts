import type { Errand } from '@keyturn/contracts/queries';
import { ok, Sensitive } from '@keyturn/kernel';
import { adapterOf, chosenRotation, type IssuedValues, TurnTooFar } from '@keyturn/providers';
import { type ProviderAdapters, providerAdapters } from '@keyturn/providers/adapters';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryLogins } from '../adapters/memory/memory-logins.ts';
import { memoryVault } from '../adapters/memory/memory-vault.ts';
import type { ErrandVerdict } from '../ports/errands.ts';
import { doErrand, type ErrandDeps } from './do-errand.ts';
import { createErrandRounds } from './run-errands.ts';

const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const address = 'system.postgres.orders';
const place = { host: 'db', port: '5432', database: 'orders' };
const old = { ...place, username: 'orders', password: 'old' };

const errandOf = (kind: Errand['kind'], changes: Partial<Errand> = {}): Errand => ({
  kind,
  credentialId,
  address,
  credentialType: 'database_password',
  version: 1,
  incarnation: 1,
  epoch: 1,
  fenceVersion: 2,
  publicFields: { ...place, username: 'orders' },
  ...changes,
});

type Changes = { readonly tests?: Partial<ProviderAdapters>; readonly deps?: Partial<ErrandDeps> };
const world = (errand: Errand, password = 'old', { tests = providerAdapters(), deps = {} }: Changes = {}) => {
  const clock = { now: () => new Date(0) };
  const issuer = { ...place, username: 'issuer', password: 'issuer' };
  const vault = memoryVault({ credentialId, address, issuer, old: { ...old, password }, clock });
  let reveals = 0;
  const logins = memoryLogins({ clock, owner: 'orders', password: 'old' });
  let open = [errand];
  const verdicts: ErrandVerdict[] = [];
  const revoked: number[] = [];
  const errands = {
    list: async () => open,
    recordTested: async (_errand: Errand, verdict: ErrandVerdict) => {
      verdicts.push(verdict);
      open = [];
      return ok(undefined);
    },
    recordRevoked: async ({ version }: Errand) => {
      revoked.push(version);
      open = [];
      return ok(undefined);
    },
  };
  const reveal: typeof vault.reveal = (what) => ((reveals += 1), vault.reveal(what));
  const adapters = { ...tests, database_password: adapterOf(logins) };
  const providers = { database_password: chosenRotation(logins) };
  const rounds = createErrandRounds({ vault: { ...vault, reveal }, providers, adapters, log: silentLogger, errands, retryMs: 1, ...deps });
  const round = async (): Promise<void> => {
    await rounds.look();
    await rounds.idle();
  };
  return { round, logins, verdicts, revoked, reveals: () => reveals };
};

describe('a test outside a rotation', () => {
  it('logs in with the version and reports what the provider said', async () => {
    const { round, verdicts } = world(errandOf('test'));
    await round();
    await round();
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['valid']);
  });
  it('reports a value that the provider refuses', async () => {
    const { round, verdicts } = world(errandOf('test'), 'another');
    await round();
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['invalid']);
  });
  it.each([
    ['a provider takes calls again that takes none now', true, 'Stripe takes no more calls just now: test again in 90 s.'],
    [
      'its turn may come, where too many calls of ours are before it',
      false,
      'Stripe was not asked, for too many calls to it are waiting before this one: test again in 90 s.',
    ],
  ])('says when %s', async (_what, isHeld, sentence) => {
    const stripe = { test: () => Promise.reject(new TurnTooFar('Stripe', 90_000, isHeld)) };
    const { round, verdicts } = world(errandOf('test', { credentialType: 'stripe_secret_key' }), 'old', {
      tests: { stripe_secret_key: stripe },
    });
    await round();
    expect(verdicts).toEqual([{ verdict: 'rate-limited', sentence, elapsedMs: 0, retryAfterSeconds: 90 }]);
  });
  it('that nobody waits for is put off where Keyturn’s own queue is long: nothing is recorded, and it is tried again', async () => {
    let isQueueLong = true;
    const test = async () => {
      if (isQueueLong) throw new TurnTooFar('Stripe', 90_000, false);
      return { verdict: 'valid', sentence: 'It works.', elapsedMs: 1 } as const;
    };
    const scheduled = errandOf('test', { credentialType: 'stripe_secret_key', isScheduled: true });
    const { round, verdicts } = world(scheduled, 'old', { tests: { stripe_secret_key: { test } } });
    await round();
    expect(verdicts).toEqual([]);
    isQueueLong = false;
    await round();
    await round();
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['valid']);
  });
  it('that nobody waits for says what the provider said of itself', async () => {
    const stripe = { test: () => Promise.reject(new TurnTooFar('Stripe', 90_000, true)) };
    const scheduled = errandOf('test', { credentialType: 'stripe_secret_key', isScheduled: true });
    const { round, verdicts } = world(scheduled, 'old', { tests: { stripe_secret_key: stripe } });
    await round();
    expect(verdicts).toMatchObject([{ verdict: 'rate-limited', retryAfterSeconds: 90 }]);
  });
  it('says that a provider can’t be reached only after several tries', async () => {
    const { round, verdicts, logins } = world(errandOf('test'));
    logins.setDown(true);
    await round();
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['unreachable']);
  });
  it('opens nothing of a type that a newer vault has a test of', async () => {
    const { generic: _unknown, ...known } = providerAdapters();
    const { round, verdicts, reveals } = world(errandOf('test', { credentialType: 'generic' }), 'old', { tests: known });
    await round();
    expect([verdicts[0]?.verdict, reveals()]).toEqual(['no-test', 0]);
  });
});

describe('a test that looks at the issuer, too', () => {
  const issuerId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b0f';
  const asked = errandOf('test', { issuer: { issuerId, owner: { username: 'orders' } } });
  const GRANT = 'GRANT "orders" TO "issuer" WITH ADMIN TRUE;';
  const lack = { code: 'no-admin-option', needed: 'rotation', sentence: 'It may not change the role.', statement: GRANT } as const;

  it('reports what it lacks, with the exact statement', async () => {
    const { round, verdicts, logins } = world(asked);
    logins.lack([lack]);
    await round();
    expect(verdicts).toMatchObject([{ verdict: 'valid', issuer: { issuerId, lacks: [lack] } }]);
  });
  it('reports a statement that is too long by its sentence alone: half of one is none', async () => {
    const { round, verdicts, logins } = world(asked);
    logins.lack([{ ...lack, statement: 'x'.repeat(1_001) }]);
    await round();
    expect(verdicts[0]?.issuer?.lacks).toEqual([{ code: 'no-admin-option', needed: 'rotation', sentence: 'It may not change the role.' }]);
  });
  it('reports what can’t be seen, too', async () => {
    const providers = {
      database_password: { ...chosenRotation(world(asked).logins), inspectIssuer: async () => ok({ lacks: [], unseen: 'May it write?' }) },
    };
    const { round, verdicts } = world(asked, 'old', { deps: { providers } });
    await round();
    expect(verdicts.map(({ issuer }) => issuer)).toEqual([{ issuerId, lacks: [], unseen: 'May it write?' }]);
  });
  it('opens no issuer where the vault asks for none, nor where the provider doesn’t answer', async () => {
    const alone = world(errandOf('test'));
    await alone.round();
    const down = world(asked);
    down.logins.setDown(true);
    await down.round();
    expect([alone.reveals(), down.reveals()]).toEqual([1, 1]);
    expect([alone.verdicts[0], down.verdicts[0]].map((verdict) => verdict?.issuer)).toEqual([undefined, undefined]);
  });
  it.each([
    ['a fault', () => Promise.reject(new Error('the secret is hunter2')), /fault/u],
    ['a provider that never says', () => new Promise<never>(() => undefined), /too long/u],
    ['too many others before it', () => Promise.reject(new TurnTooFar('Postgres', 9, false)), /^Postgres was not asked, for too many/u],
    ['a provider that takes no calls', () => Promise.reject(new TurnTooFar('Postgres', 9, true)), /^Postgres takes no more calls/u],
  ])('keeps the verdict of the test beside %s', async (_what, inspectIssuer, sentence) => {
    const { logins } = world(asked);
    const providers = { database_password: { ...chosenRotation(logins), inspectIssuer } };
    const { round, verdicts } = world(asked, 'old', { deps: { providers, inspectMs: 1 } });
    await round();
    expect(verdicts).toMatchObject([{ verdict: 'valid', issuer: { issuerId, lacks: [], unable: expect.stringMatching(sentence) } }]);
    expect(JSON.stringify(verdicts)).not.toContain('hunter2');
  });
});

describe('a revoke of what is being deleted', () => {
  it('is recorded once nobody gets in any more', async () => {
    const { round, revoked, logins } = world(errandOf('revoke'));
    await round();
    expect([revoked, logins.logsIn('orders', new Sensitive('old').reveal())]).toEqual([[1], false]);
  });
  it('is tried ever more rarely while the provider is down, and records nothing', async () => {
    const { round, revoked, logins, reveals } = world(errandOf('revoke'));
    logins.setDown(true);
    for (let rounds = 0; rounds < 12; rounds += 1) await round();
    expect([revoked, reveals()]).toEqual([[], 8]); // in the rounds 0, 2, 5 and 10, issuer and version each
    logins.setDown(false);
    for (let rounds = 0; rounds < 8; rounds += 1) await round();
    expect(revoked).toEqual([1]);
  });
});

describe('a revoke of what a provider issued', () => {
  /** What was erased of a value that is refused, as one is that was only disabled. */
  const erasedOf = async (changes: Partial<Errand>) => {
    const erased: string[] = [];
    const provider: IssuedValues = {
      strategy: 'issued',
      inspectIssuer: async () => ok({ lacks: [] }),
      announce: async () => ok({ current: 'clients/old', candidate: 'clients?name=handle' }),
      issue: async () => ok(null),
      identify: async () => ok('clients/identified'),
      test: async () => ({ verdict: 'invalid', sentence: 'It is refused.', elapsedMs: 1 }),
      isDead: async () => ({ state: 'dead', sentence: 'It was refused twice.' }),
      sampleUse: async () => ok({ sampledAt: clock.now().toISOString(), sessions: 0, applications: [], addresses: [] }),
      denyUse: async () => ok(undefined),
      erase: async ({ providerId }) => (erased.push(providerId), ok(undefined)),
    };
    const clock = { now: () => new Date(0) };
    const errands = { list: async () => [], recordTested: async () => ok(undefined), recordRevoked: async () => ok(undefined) };
    const vault = memoryVault({ credentialId, address, issuer: old, old, clock });
    const deps = { vault, providers: { oauth_client_secret: provider }, adapters: {}, log: silentLogger, errands };
    await doErrand(deps, errandOf('revoke', { credentialType: 'oauth_client_secret', ...changes }));
    return erased;
  };

  it('erases what the log names, also where it is only disabled and looks dead', async () =>
    expect(await erasedOf({ providerId: 'clients/old' })).toEqual(['clients/old']));
  it('erases nothing where nobody knows what a dead value is called there', async () => expect(await erasedOf({})).toEqual([]));
});

describe('many errands', () => {
  it('are done eight at once, those of one credential one after another, and the others as soon as there is room', async () => {
    const idOf = (index: number): string => `019064d2-9bd2-7c6f-8a11-0e5f3c7d9b${String(index).padStart(2, '0')}`;
    const alone = Array.from({ length: 20 }, (_, index) => errandOf('test', { credentialId: idOf(index) }));
    const together = [1, 2, 3].map((version) => errandOf('test', { credentialId: idOf(50), version }));
    let open = [...together, ...alone];
    const underWay: string[] = [];
    let most = 0;
    const clock = { now: () => new Date(0) };
    const logins = memoryLogins({ clock, owner: 'orders', password: 'old' });
    const vault = memoryVault({ credentialId, address, issuer: old, old, clock });
    const rounds = createErrandRounds(
      {
        vault: {
          ...vault,
          reveal: async ({ credentialId: of }) => {
            expect(underWay).not.toContain(of);
            most = Math.max(most, underWay.push(of));
            await new Promise((resolve) => setImmediate(resolve));
            return await vault.reveal({ credentialId, what: 'version', version: 1 });
          },
        },
        providers: { database_password: chosenRotation(logins) },
        adapters: { ...providerAdapters(), database_password: adapterOf(logins) },
        log: silentLogger,
        errands: {
          list: async () => open,
          recordTested: async (done) => {
            underWay.splice(underWay.indexOf(done.credentialId), 1);
            open = open.filter((errand) => errand !== done);
            return ok(undefined);
          },
          recordRevoked: async () => ok(undefined),
        },
      },
      () => void looks.push(rounds.look()),
    );
    const looks = [rounds.look()];
    for (let seen = 0; seen < looks.length; seen = looks.length) {
      await Promise.all(looks);
      await rounds.idle();
    }
    expect([open, most]).toEqual([[], 8]);
  });
  it('leave half the room to those that somebody waits for', async () => {
    const idOf = (index: number): string => `019064d2-9bd2-7c6f-8a11-0e5f3c7d9b${String(index).padStart(2, '0')}`;
    const scheduled = Array.from({ length: 6 }, (_, index) => errandOf('test', { credentialId: idOf(index), isScheduled: true }));
    const asked = Array.from({ length: 3 }, (_, index) => errandOf('test', { credentialId: idOf(10 + index) }));
    const begun: string[] = [];
    const clock = { now: () => new Date(0) };
    const vault = memoryVault({ credentialId, address, issuer: old, old, clock });
    let end: () => void = () => undefined;
    const isOver = new Promise<void>((resolve) => (end = resolve));
    const rounds = createErrandRounds({
      vault: {
        ...vault,
        reveal: async ({ credentialId: of }) => {
          begun.push(of);
          await isOver;
          return await vault.reveal({ credentialId, what: 'version', version: 1 });
        },
      },
      providers: {},
      adapters: { database_password: adapterOf(memoryLogins({ clock, owner: 'orders', password: 'old' })) },
      log: silentLogger,
      errands: {
        list: async () => [...scheduled, ...asked],
        recordTested: async () => ok(undefined),
        recordRevoked: async () => ok(undefined),
      },
    });
    await rounds.look();
    end();
    await rounds.idle();
    expect(begun).toEqual([...scheduled.slice(0, 4), ...asked].map(({ credentialId: of }) => of));
  });
});
