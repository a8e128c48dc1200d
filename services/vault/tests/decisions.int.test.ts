import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import type { CredentialView, DryRun, RotationView } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, FIELDS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

// What persons decide about rotations, at a real vault: every refusal, and what is recorded. The worker's part is said by hand.

const now = (): string => new Date().toISOString();
const person = (id: string, role: 'admin' | 'operator', authenticatedAt = now()): Actor => ({
  kind: 'person',
  id,
  name: id,
  roles: [role],
  authenticatedAt,
});
const ADA = person('ada', 'admin');
const BEN = person('ben', 'admin');
const OLGA = person('olga', 'operator');
const STALE = person('ben', 'admin', new Date(Date.now() - 3_600_000).toISOString());
const PROGRAM: Actor = { kind: 'program', id: 'deploys', roles: ['operator'] };
const reason = 'that host is gone';

let vault: TestVault;
let issuer: string;
let credentialId: string;
let address: string;
let turn = 0;

beforeAll(async () => {
  vault = await testVault();
  ({ issuer } = await registerOrders(vault));
  await grant(vault, 'orders', 'system.postgres.*');
});
afterAll(() => vault.dispose());

const say = (actor: Actor, name: string, data: object = {}) =>
  vault.client(actor).command(name, { credentialId, ...data }, { commandId: randomUUID() });
const done = async (actor: Actor, name: string, data: object = {}): Promise<unknown> => {
  const answer = await say(actor, name, data);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.refusal)}`);
  return answer.value.value;
};
const refusalOf = async (actor: Actor, name: string, data: object = {}): Promise<string> => {
  const answer = await say(actor, name, data);
  return answer.ok ? 'done' : answer.refusal.code;
};
const ask = async <T>(name: string, data: object = {}, actor = ADA): Promise<T> => {
  const answer = await vault.client(actor).query(name, { credentialId, ...data });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value as T;
};
const view = (epoch = 1): Promise<RotationView> => ask('rotation.get', { epoch });
const recorded = async (type: string) => (await vault.events()).filter((event) => event.type === type).at(-1);

/** A credential of its own for each test, under the policy that the test wants. */
const register = async (policy: object): Promise<void> => {
  turn += 1;
  credentialId = uuidv7();
  address = `system.postgres.decided-${turn}`;
  const data = {
    address,
    credentialType: 'database_password',
    publicFields: { ...FIELDS, username: `decided_${turn}` },
    issuer,
    untested: 'import',
  };
  const secret = new Sensitive({ fields: { password: 'a first one' } });
  const made = await vault
    .client(ADMIN)
    .command('credential.register', { credentialId, ...data, policy: { preflightMs: 0, ...policy } }, { commandId: randomUUID(), secret });
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
};
const stage = () =>
  vault.client(ADMIN).command(
    'epoch.stage-candidate',
    {
      credentialId,
      epoch: 1,
      version: 2,
      publicFields: { ...FIELDS, username: `decided_${turn}_kt1` },
      providerId: `decided_${turn}_kt1`,
    },
    { commandId: randomUUID(), secret: new Sensitive({ fields: { password: 'a second one' } }) },
  );
const commit = async (): Promise<void> => {
  const staged = await stage();
  if (!staged.ok) throw new Error(staged.refusal.code);
  const of = { epoch: 1, version: 2 };
  await done(ADMIN, 'epoch.record-applied', of);
  await done(ADMIN, 'epoch.record-tested', { ...of, verdict: 'valid', sentence: 'It logs in.', elapsedMs: 1 });
  await done(ADMIN, 'epoch.commit', of);
};
/** An instance that took version 1, and no other one. */
const laggard = async (): Promise<void> => {
  const instance = testInstance(vault, 'orders', 'laggard');
  const fetched = await instance.fetch(address);
  if (!fetched.ok) throw new Error(fetched.refusal.code);
  await instance.beat([{ credentialId, versions: [1] }]);
};
const hold = () => done(ADMIN, 'epoch.hold', { epoch: 1, waitingFor: 'orders/laggard' });

it('A rotation that is open says to the sweeper what it was asked for', async () => {
  await register({});
  await done(ADA, 'rotation.request', { reason: 'compromised' });
  const { items } = await ask<{ items: object[] }>('epoch.list-open', {}, { kind: 'service', id: 'rotation-worker' });
  expect(items).toContainEqual(expect.objectContaining({ credentialId, epoch: 1, reason: 'compromised' }));
});

describe('approving', () => {
  beforeEach(async () => {
    await register({ approvals: 1 });
    await done(ADA, 'rotation.request');
  });

  it('nothing of the provider is given to the worker before, nor taken from it', async () => {
    const staged = await stage();
    expect(staged).toMatchObject({ ok: false, refusal: { code: 'approval-missing', given: 0, needed: 1 } });
    for (const what of ['issuer', 'version']) {
      const data = { credentialId, what };
      const revealed = await vault.client(ADMIN).command('epoch.reveal', data, { commandId: randomUUID(), wantsSecret: true });
      expect(revealed).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
    }
  });
  it('a test that somebody asks for meanwhile opens the version in use, and nothing else', async () => {
    const reveal = async (data: object) => {
      const opened = await vault
        .client(ADMIN)
        .command('epoch.reveal', { credentialId, ...data }, { commandId: randomUUID(), wantsSecret: true });
      return opened.ok ? 'opened' : opened.refusal.code;
    };
    await done(ADA, 'credential.request-test');
    expect(await reveal({ what: 'issuer' })).toBe('not-allowed');
    expect(await reveal({ what: 'version', version: 1 })).toBe('opened');
    expect(await recorded('secret.revealed')).toMatchObject({
      data: { version: 1, purpose: expect.stringMatching(/^testing version 1/u) },
    });
    expect(await reveal({ what: 'version', version: 2 })).toBe('not-allowed');
  });
  it.each([
    ['whoever asked', ADA, 'approver-asked-for-it'],
    ['whoever asked, under another role', { ...ADA, roles: ['operator'] }, 'approver-asked-for-it'],
    ['a program', PROGRAM, 'approver-not-a-person'],
    ['an auditor', { ...OLGA, roles: ['auditor'] }, 'not-allowed'],
  ])('is refused to %s', async (_who, actor, code) => {
    expect(await refusalOf(actor, 'rotation.approve', { epoch: 1 })).toBe(code);
    expect(await refusalOf(actor, 'rotation.reject', { epoch: 1, reason })).toBe(code);
  });
  it('is recorded with who and why, and lets it begin', async () => {
    expect(await done(OLGA, 'rotation.approve', { epoch: 1, note: 'agreed' })).toEqual({
      credentialId,
      epoch: 1,
      of: 'rotation',
      given: 1,
      needed: 1,
    });
    expect(await recorded('rotation.approved')).toMatchObject({ data: { note: 'agreed' }, meta: { actor: { id: 'olga' } } });
    expect(await stage()).toMatchObject({ ok: true });
    expect(await refusalOf(BEN, 'rotation.approve', { epoch: 1 })).toBe('approval-not-awaited');
    expect(await refusalOf(BEN, 'rotation.reject', { epoch: 1, reason })).toBe('approval-not-awaited');
  });
  it('is listed as what needs a person', async () => {
    const listed = async (needsAttention: boolean) => {
      const { items } = await ask<{ items: CredentialView[] }>('credential.list', { needsAttention, limit: 200 });
      return items.find((item) => item.credentialId === credentialId)?.attention?.needs ?? null;
    };
    expect([await listed(true), await listed(false)]).toEqual(['approval', null]);
    await done(OLGA, 'rotation.reject', { epoch: 1, reason });
    expect(await listed(true)).toBeNull();
    expect((await view()).failure).toMatchObject({ step: 'approval', code: 'rejected', sentence: `Rejected by olga: ${reason}` });
  });
  it('is refused once the rotation is over, or never was', async () => {
    await done(ADA, 'rotation.cancel', { epoch: 1, reason });
    expect(await refusalOf(OLGA, 'rotation.approve', { epoch: 1 })).toBe('rotation-closed');
    expect(await refusalOf(OLGA, 'rotation.approve', { epoch: 7 })).toBe('rotation-unknown');
  });
});

it('An approval that comes too late is refused', async () => {
  await register({ approvals: 1, approveWithinMs: 1_000 });
  await done(ADA, 'rotation.request');
  await expect
    .poll(async () => (await ask<{ step: string }>('epoch.next-step', { epoch: 1 }, { kind: 'service', id: 'rotation-worker' })).step, {
      timeout: 10_000,
    })
    .toBe('fail-approval');
  expect(await refusalOf(OLGA, 'rotation.approve', { epoch: 1 })).toBe('approval-too-late');
});

describe('forcing', () => {
  const forced = () => refusalOf(ADA, 'rotation.force', { epoch: 1, reason });
  beforeEach(async () => {
    await register({ deadlineMs: 0 });
    await laggard();
    await done(ADA, 'rotation.request');
  });

  it.each([
    ['an operator', OLGA, 'not-allowed'],
    ['an admin who signed in an hour ago', STALE, 'recent-login-required'],
  ])('is refused to %s', async (_who, actor, code) => {
    await commit();
    await hold();
    expect(await refusalOf(actor, 'rotation.force', { epoch: 1, reason })).toBe(code);
  });
  it('is refused before the commit, before it is held, and after a rollback, unless it names the withdrawn version', async () => {
    expect(await forced()).toBe('rotation-uncommitted');
    await commit();
    expect(await forced()).toBe('rotation-not-held');
    await hold();
    await done(BEN, 'rotation.roll-back', { reason });
    await hold();
    expect(await forced()).toBe('rotation-rolled-back');
    expect(await refusalOf(ADA, 'rotation.force', { epoch: 1, version: 1, reason })).toBe('version-not-superseded');
    expect((await ask<CredentialView>('credential.get')).current).toBe(1);
    expect(await done(ADA, 'rotation.force', { epoch: 1, version: 2, reason })).toMatchObject({ status: 'forced' });
    const next = await ask('epoch.next-step', { epoch: 1 }, { kind: 'service', id: 'rotation-worker' });
    expect(next).toMatchObject({ step: 'deny-logins', version: 2, endSessions: true });
    expect((await ask<CredentialView>('credential.get')).current).toBe(1);
  });
  it('names the consumers that had not acknowledged, and the worker goes on to cut them off', async () => {
    await commit();
    await hold();
    expect(await done(ADA, 'rotation.force', { epoch: 1, reason })).toEqual({
      credentialId,
      epoch: 1,
      status: 'forced',
      cutOff: ['orders/laggard'],
    });
    expect(await recorded('rotation.forced')).toMatchObject({
      data: { how: 'hand', by: { id: 'ada' }, reason, cutOff: ['orders/laggard'] },
    });
    const next = await ask('epoch.next-step', { epoch: 1 }, { kind: 'service', id: 'rotation-worker' });
    expect(next).toMatchObject({ step: 'deny-logins', version: 1, endSessions: true });
    expect(await forced()).toBe('revocation-started');
    const ended = { sessions: 2, sentence: 'Ended 2 sessions of decided.' };
    await done(ADMIN, 'epoch.record-logins-denied', { epoch: 1, version: 1, ended });
    expect((await view()).forced).toMatchObject({ by: { id: 'ada' }, ended });
  });
  it('needs a second person where the policy of today asks for approvals, who may force too', async () => {
    await commit();
    await hold();
    await done(BEN, 'credential.change-policy', { policy: { approvals: 1 }, reason });
    expect(await done(ADA, 'rotation.force', { epoch: 1, reason })).toMatchObject({
      status: 'awaiting-approval',
      cutOff: ['orders/laggard'],
    });
    expect(await refusalOf(ADA, 'rotation.approve', { epoch: 1 })).toBe('approver-asked-for-it');
    expect(await refusalOf(OLGA, 'rotation.approve', { epoch: 1 })).toBe('not-allowed');
    expect(await refusalOf(STALE, 'rotation.approve', { epoch: 1 })).toBe('recent-login-required');
    expect(await refusalOf(BEN, 'rotation.force', { epoch: 1, reason })).toBe('force-awaits-approval');
    expect(await done(BEN, 'rotation.approve', { epoch: 1 })).toMatchObject({ of: 'force' });
    expect((await view()).forced).toMatchObject({ by: { id: 'ada' }, approvedBy: { id: 'ben' } });
  });
  it('is approved for those whom it named: others, and it has to be asked for anew', async () => {
    await commit();
    await hold();
    await done(BEN, 'credential.change-policy', { policy: { approvals: 1 }, reason });
    await done(ADA, 'rotation.force', { epoch: 1, reason });
    expect(Date.parse((await view()).forceAsked?.until ?? '')).toBeGreaterThan(Date.now());
    await testInstance(vault, 'orders', 'another').fetch(address); // and doesn't prove it
    expect(await refusalOf(BEN, 'rotation.approve', { epoch: 1 })).toBe('force-cuts-off-others');
    expect(await done(ADA, 'rotation.force', { epoch: 1, reason })).toMatchObject({ cutOff: ['orders/another', 'orders/laggard'] });
    await done(BEN, 'rotation.approve', { epoch: 1 });
    expect((await view()).forced).toMatchObject({ cutOff: ['orders/another', 'orders/laggard'], approvedBy: { id: 'ben' } });
  });
  it('lapses when nobody approves it in time', async () => {
    await commit();
    await hold();
    await done(BEN, 'credential.change-policy', { policy: { approvals: 1, approveWithinMs: 1_000 }, reason });
    await done(ADA, 'rotation.force', { epoch: 1, reason });
    const step = async () =>
      (await ask<{ step: string }>('epoch.next-step', { epoch: 1 }, { kind: 'service', id: 'rotation-worker' })).step;
    await expect.poll(step, { timeout: 10_000 }).toBe('hold');
    expect(await refusalOf(BEN, 'rotation.approve', { epoch: 1 })).toBe('approval-too-late');
    await hold();
    expect(await recorded('rotation.force-rejected')).toMatchObject({ data: { lapsed: true } });
    expect((await view()).forceAsked).toBeNull();
    expect((await ask<CredentialView>('credential.get')).attention).toMatchObject({ needs: 'held' });
  });
  it('by the policy is in the name of who chose it', async () => {
    await done(BEN, 'credential.change-policy', { policy: { onDeadline: 'force' }, reason });
    await commit();
    await done(ADMIN, 'epoch.start-revocation', { epoch: 1, version: 1 });
    expect(await recorded('rotation.forced')).toMatchObject({ data: { how: 'policy', by: { id: 'ben' }, cutOff: ['orders/laggard'] } });
  });
});

describe('a late rotation', () => {
  it('is told of again at the pace of its policy, and extended', async () => {
    await register({ deadlineMs: 0, onDeadline: 'escalate', escalateEveryMs: 3_600_000 });
    await laggard();
    await done(ADA, 'rotation.request');
    await commit();
    await hold();
    for (const _twice of [1, 2]) await done(ADMIN, 'epoch.escalate', { epoch: 1, waitingFor: 'orders/laggard' });
    expect(await view()).toMatchObject({ escalated: { times: 1 }, held: true });
    expect((await ask<CredentialView>('credential.get')).attention).toMatchObject({ needs: 'escalated' });
    const { deadlineAt } = (await done(OLGA, 'rotation.extend', { epoch: 1, byMs: 60_000, reason })) as { deadlineAt: string };
    expect(await view()).toMatchObject({ held: false, escalated: null, deadlineAt });
    expect(Math.abs(Date.parse(deadlineAt) - Date.now() - 60_000)).toBeLessThan(20_000);
    expect(await refusalOf(OLGA, 'rotation.extend', { epoch: 2, byMs: 60_000, reason })).toBe('rotation-unknown');
  });
});

describe('the policy', () => {
  it('is loosened only by an admin who signed in recently, and that is an event', async () => {
    await register({ approvals: 1 });
    const lower = { policy: { approvals: 0 }, reason };
    expect(await refusalOf(OLGA, 'credential.change-policy', lower)).toBe('not-allowed');
    expect(await refusalOf(STALE, 'credential.change-policy', lower)).toBe('recent-login-required');
    expect(await refusalOf(STALE, 'credential.change-policy', { policy: { onDeadline: 'force' }, reason })).toBe('recent-login-required');
    await done(STALE, 'credential.change-policy', { policy: { approvals: 2 }, reason });
    await done(BEN, 'credential.change-policy', lower);
    expect(await recorded('credential.policy-changed')).toMatchObject({
      data: { changed: [{ setting: 'approvals', from: 2, to: 0 }], reason },
      meta: { actor: { id: 'ben' } },
    });
  });
  it('takes no force when a credential is registered', async () => {
    await expect(register({ onDeadline: 'force' })).rejects.toThrow('force is chosen for a registered credential');
  });
});

describe('a dry run', () => {
  const codes = async (): Promise<readonly string[]> => {
    const { findings } = await ask<DryRun>('rotation.dry-run');
    return findings.map(({ code, blocks }) => `${blocks ? '!' : ''}${code}`);
  };
  it('names what is in the way, and records nothing', async () => {
    await register({ approvals: 1 });
    await laggard();
    const before = (await vault.events()).length;
    expect(await ask<DryRun>('rotation.dry-run')).toMatchObject({
      possible: true,
      approvals: { needed: 1, notBy: 'ada' },
      consumers: [{ consumer: 'orders', instance: 'laggard', state: 'live', awaited: true }],
    });
    expect((await vault.events()).length).toBe(before);
    await done(ADA, 'rotation.request');
    expect(await codes()).toEqual(['!rotation-open']);
    await done(OLGA, 'rotation.approve', { epoch: 1 });
    await stage();
    await done(ADMIN, 'epoch.fail', { epoch: 1, step: 'apply', reasonCode: 'issuer-lacks-privilege', sentence: 'It may not. GRANT it;' });
    expect(await codes()).toEqual(['issuer-lacks-privilege', 'ledger-open']);
    await done(ADA, 'credential.disable', { reason });
    expect(await codes()).toEqual(['!credential-disabled', 'issuer-lacks-privilege', 'ledger-open']);
  });
});
