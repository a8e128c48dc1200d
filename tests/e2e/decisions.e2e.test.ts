import { randomUUID } from 'node:crypto';
import { CredentialList, DryRun, ForceOutcome, RotationView, Timeline } from '@keyturn/contracts/api';
import { followRotation } from '@keyturn/dev-stack';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { askDocumented } from './contract/call.ts';
import { admin, readCredential } from './support/admin.ts';
import { type Answer, ask, credentialPath, CREDENTIALS, expectProblem, rotationsPath } from './support/ask.ts';
import { type Laggard, startLaggard } from './support/laggard.ts';
import { makeManagedRole, type ManagedRole } from './support/managed-role.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';

// What persons decide about a rotation: whether it begins, how long it waits, and when it waits no longer.

const {
  credentialId: ordersId,
  endpoints: { tokens },
} = inject('stack');
type Made = ManagedRole;

const laggards: Laggard[] = [];

afterEach(async () => {
  await Promise.all(laggards.splice(0).map((laggard) => laggard.close()));
});

const decide = (who: keyof typeof tokens, { credentialId }: Pick<Made, 'credentialId'>, what: string, body: object = {}): Promise<Answer> =>
  askDocumented(`${rotationsPath(credentialId)}${what}`, { method: 'POST', token: tokens[who], body });
const request = async (of: Made, body: object = {}): Promise<number> => {
  const started = await decide('admin', of, '', body);
  expect(started).toMatchObject({ status: 202 });
  return (started.json as { epoch: number }).epoch;
};
const view = async ({ credentialId }: Made, epoch = 1): Promise<RotationView> =>
  RotationView.parse((await askDocumented(`${rotationsPath(credentialId)}/${epoch}`)).json);
const until = (of: Made, holds: object): Promise<void> => expect.poll(() => view(of), { timeout: 60_000 }).toMatchObject(holds);
const end = ({ credentialId }: Made, epoch = 1) => followRotation(admin(), { credentialId, epoch }, { timeoutMs: 90_000 });
const told = async ({ credentialId }: Made): Promise<readonly string[]> =>
  Timeline.parse((await ask(`${credentialPath(credentialId)}/timeline?limit=500`)).json).items.map(
    ({ who, summary }) => `${who} ${summary}`,
  );
const rolesOf = async ({ role }: Made): Promise<readonly unknown[]> =>
  (await inOrders('SELECT rolname FROM pg_roles WHERE rolname LIKE $1 ORDER BY 1', [`${role}%`])).map(({ rolname }) => rolname);
const changePolicy = ({ credentialId }: Made, policy: object, who: keyof typeof tokens = 'admin') =>
  askDocumented(`${credentialPath(credentialId)}/policy`, {
    method: 'PATCH',
    token: tokens[who],
    body: { policy, reason: 'the e2e test says so' },
  });

describe('a rotation that another person must approve', () => {
  it('does nothing at the provider before, is approved by nobody who asked for it, and then completes', async () => {
    const made = await makeManagedRole({ approvals: 1 });
    await request(made, { note: 'the quarterly one' });
    await until(made, { approvals: { needed: 1, given: [] }, sentence: expect.stringContaining('another person than Ada Admin') });
    const needing = await ask(`${CREDENTIALS}?needsAttention=true&limit=200`);
    expect(CredentialList.parse(needing.json).items.find(({ credentialId }) => credentialId === made.credentialId)).toMatchObject({
      attention: { epoch: 1, needs: 'approval' },
    });
    expectProblem(await decide('admin', made, '/1/approve'), 403, 'approver-asked-for-it');
    expectProblem(await decide('auditor', made, '/1/approve'), 403, 'role-missing');
    expect(await rolesOf(made)).toEqual([made.role]);

    const approved = await decide('operator', made, '/1/approve', { note: 'agreed on the phone' });
    expect({ status: approved.status, body: approved.json }).toMatchObject({ status: 200, body: { of: 'rotation', given: 1, needed: 1 } });
    const ended = await end(made);
    expect(ended).toMatchObject({
      status: 'completed',
      approvals: { given: [{ by: { name: 'Olga Operator' }, note: 'agreed on the phone' }] },
    });
    expect(await rolesOf(made)).toEqual([made.role, `${made.role}_kt1`]);
    expect(await logsIn(made.role, made.password)).toBe(false);
    await expect
      .poll(() => told(made), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('approved rotation 1 (1 of 1): agreed on the phone'));
    expectProblem(await decide('admin2', made, '/1/approve'), 409, 'rotation-closed');
  });

  it('needs as many persons as it was asked for under, each once, though the policy changes meanwhile', async () => {
    const made = await makeManagedRole({ approvals: 2 });
    await request(made);
    expectProblem(await changePolicy(made, { approvals: 0 }, 'operator'), 403, 'role-missing');
    expect(await changePolicy(made, { approvals: 0 })).toMatchObject({ status: 200 });
    for (const _twice of [1, 2]) expect((await decide('operator', made, '/1/approve')).json).toMatchObject({ given: 1, needed: 2 });
    await until(made, { status: 'open', approvals: { needed: 2, given: [{ by: { name: 'Olga Operator' } }] } });
    expect(await rolesOf(made)).toEqual([made.role]);
    expect((await decide('admin2', made, '/1/approve')).json).toMatchObject({ given: 2 });
    expect(await end(made)).toMatchObject({ status: 'completed' });
    await expect
      .poll(() => told(made), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('changed the rotation policy (approvals 2 → 0)'));
  });

  it('ends where somebody rejects it, whoever asked cancels it, or nobody answers', async () => {
    const made = await makeManagedRole({ approvals: 1 });
    await request(made);
    expectProblem(await decide('admin', made, '/1/reject', { reason: 'no' }), 403, 'approver-asked-for-it');
    expect(await decide('operator', made, '/1/reject', { reason: 'not while the sale goes on' })).toMatchObject({ status: 200 });
    expect(await end(made)).toMatchObject({
      status: 'failed',
      failure: { step: 'approval', code: 'rejected', sentence: 'Rejected by Olga Operator: not while the sale goes on' },
    });
    await request(made);
    expect(await decide('admin', made, '/2/cancel', { reason: 'a mistake' })).toMatchObject({ status: 200 });
    expect(await end(made, 2)).toMatchObject({ failure: { code: 'cancelled' } });
    expect(await changePolicy(made, { approveWithinMs: 3_000 })).toMatchObject({ status: 200 });
    await request(made);
    expect(await end(made, 3)).toMatchObject({
      failure: { step: 'approval', code: 'not-approved', sentence: '0 of 1 approvals came within 3 s' },
    });
    expect(await rolesOf(made)).toEqual([made.role]);
    expect(await logsIn(made.role, made.password)).toBe(true);
  });
});

describe('a rotation that a consumer holds up', () => {
  const heldUp = async (policy: object, body: object = {}): Promise<Made & { readonly laggard: Laggard }> => {
    const made = await makeManagedRole({ deadlineMs: 1_500, ...policy });
    const laggard = await startLaggard(made.address, { user: made.role, password: made.password });
    laggards.push(laggard);
    await request(made, body);
    return { ...made, laggard };
  };
  const reason = { reason: 'that host is gone' };

  it('is forced by an admin for a reason: it says whom that cuts off, and the sessions end', async () => {
    const made = await heldUp({});
    expectProblem(await decide('operator', made, '/1/force', reason), 403, 'role-missing');
    await until(made, { held: true });
    expect((await view(made)).sentence).toMatch(/^Held: the deadline passed, both versions stay valid: laggard\//u);
    expectProblem(await decide('admin2', made, '/1/approve'), 409, 'approval-not-awaited');

    const forced = await decide('admin', made, '/1/force', reason);
    expect({ status: forced.status, body: ForceOutcome.parse(forced.json) }).toMatchObject({
      status: 200,
      body: { status: 'forced', cutOff: [made.laggard.name] },
    });
    const ended = await end(made);
    expect(ended).toMatchObject({
      status: 'completed',
      forced: {
        how: 'hand',
        by: { name: 'Ada Admin' },
        approvedBy: null,
        reason: 'that host is gone',
        cutOff: [made.laggard.name],
        ended: { sessions: 1, sentence: expect.stringMatching(/^Ended 1 session of decided_\w+ \(laggard/u) },
      },
    });
    expect(ended.sentence).toContain(`Forced by Ada Admin (that host is gone), cutting off ${made.laggard.name}.`);
    expect(made.laggard.cutOff()).toBe('57P01');
    expect(await logsIn(made.role, made.password)).toBe(false);
    await expect
      .poll(() => told(made), { timeout: 20_000 })
      .toContainEqual(
        expect.stringContaining(`forced the revoke of version 1 by Ada Admin, cutting off ${made.laggard.name}: that host is gone`),
      );
    expectProblem(await decide('admin', made, '/1/force', reason), 409, 'rotation-closed');
  });

  it('is forced by two persons where approvals are asked for', async () => {
    const made = await heldUp({ approvals: 1 });
    expectProblem(await decide('admin', made, '/1/force', reason), 409, 'rotation-uncommitted');
    expect(await decide('operator', made, '/1/approve')).toMatchObject({ status: 200 });
    await until(made, { held: true });
    expect(await decide('admin', made, '/1/force', reason)).toMatchObject({ status: 202, json: { status: 'awaiting-approval' } });
    expect(await view(made)).toMatchObject({ forced: null, forceAsked: { by: { name: 'Ada Admin' }, cutOff: [made.laggard.name] } });
    expectProblem(await decide('admin', made, '/1/approve'), 403, 'approver-asked-for-it');
    expectProblem(await decide('operator', made, '/1/approve'), 403, 'not-allowed');
    expect(await decide('admin2', made, '/1/reject', { reason: 'wait for tonight' })).toMatchObject({ status: 200 });
    expect(await view(made)).toMatchObject({ held: true, forceAsked: null });
    expect(await decide('admin', made, '/1/force', reason)).toMatchObject({ status: 202 });
    expect((await decide('admin2', made, '/1/approve')).json).toMatchObject({ of: 'force' });
    expect(await end(made)).toMatchObject({
      status: 'completed',
      forced: { by: { name: 'Ada Admin' }, approvedBy: { name: 'Ben Admin' } },
    });
    expect(made.laggard.cutOff()).toBe('57P01');
  });

  it('is forced after a rollback where the withdrawn version is named: that one goes, and the one in use stays', async () => {
    const made = await heldUp({});
    await until(made, { held: true });
    const back = await ask(`${credentialPath(made.credentialId)}/rollback`, {
      method: 'POST',
      token: tokens.admin,
      body: { reason: 'the new one is slow' },
    });
    expect(back).toMatchObject({ status: 202 });
    await until(made, { held: true, rolledBack: { reason: 'the new one is slow' }, from: 2, to: 1 });
    expectProblem(await decide('admin', made, '/1/force', reason), 409, 'rotation-rolled-back');
    expectProblem(await decide('admin', made, '/1/force', { ...reason, version: 1 }), 409, 'version-not-superseded');
    expect(await decide('admin', made, '/1/force', { ...reason, version: 2 })).toMatchObject({ status: 200, json: { status: 'forced' } });
    expect(await end(made)).toMatchObject({ status: 'completed', forced: { how: 'hand' } });
    expect(await readCredential(made.credentialId)).toMatchObject({ current: 1 });
    expect(made.laggard.cutOff()).toBeNull();
    expect(await logsIn(made.role, made.password)).toBe(true);
  });

  it('is told of again and again, until somebody gives it more time', async () => {
    const made = await heldUp({ onDeadline: 'escalate', escalateEveryMs: 1_000 });
    await expect.poll(async () => (await view(made)).escalated?.times ?? 0, { timeout: 60_000 }).toBeGreaterThan(1);
    expect(await readCredential(made.credentialId)).toMatchObject({ attention: { epoch: 1, needs: 'escalated' } });
    expect((await view(made)).sentence).toMatch(/laggard\/.*Somebody must look after it: late since .* UTC, told \d+ times\./u);
    const extended = await decide('operator', made, '/1/extend', { byMs: 3_600_000, reason: 'the deploy is late' });
    expect(extended).toMatchObject({ status: 200 });
    expect(await view(made)).toMatchObject({
      held: false,
      escalated: null,
      deadlineAt: (extended.json as { deadlineAt: string }).deadlineAt,
    });
    expect((await readCredential(made.credentialId)).attention).toBeNull();
    expectProblem(await decide('admin', made, '/1/force', reason), 409, 'rotation-not-held');
    await expect
      .poll(() => told(made), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('gave rotation 1 3600 s more: the deploy is late'));
    await made.laggard.close();
    expect(await end(made)).toMatchObject({ status: 'completed', forced: null });
  });

  it('is forced at the deadline by a policy that somebody answers for', async () => {
    const at = await ask(CREDENTIALS, {
      method: 'POST',
      body: { address: 'system.postgres.forcing', credentialType: 'database_password', publicFields: {}, policy: { onDeadline: 'force' } },
    });
    expectProblem(at, 422, 'request-invalid');
    const made = await makeManagedRole({ deadlineMs: 1_500 });
    expect(await changePolicy(made, { onDeadline: 'force' })).toMatchObject({ status: 200 });
    expect(await readCredential(made.credentialId)).toMatchObject({
      forceApproved: { by: { name: 'Ada Admin' }, reason: 'the e2e test says so' },
    });
    const laggard = await startLaggard(made.address, { user: made.role, password: made.password });
    laggards.push(laggard);
    await request(made);
    expect(await end(made)).toMatchObject({
      status: 'completed',
      forced: { how: 'policy', by: { name: 'Ada Admin' }, cutOff: [laggard.name], ended: { sessions: 1 } },
    });
    expect(laggard.cutOff()).toBe('57P01');
  });

  it('is told of after a short deadline where the value is compromised', async () => {
    const made = await heldUp({ deadlineMs: 600_000, graceMs: 600_000, compromisedDeadlineMs: 1_000 }, { reason: 'compromised' });
    await until(made, { escalated: { times: 1 }, shortened: { graceMs: 0, deadlineMs: 1_000 } });
    expect((await view(made)).sentence).toContain('The value is compromised: no grace is given, and the deadline is 1 s after the commit.');
    await made.laggard.close();
    expect(await end(made)).toMatchObject({ status: 'completed', reason: 'compromised' });
  });
});

describe('a dry run', () => {
  const dryRun = async (credentialId: string, body: object = {}, who: keyof typeof tokens = 'admin'): Promise<DryRun> =>
    DryRun.parse((await decide(who, { credentialId }, '/dry-run', body)).json);
  const codes = ({ findings }: DryRun): readonly string[] => findings.map(({ code, blocks }) => `${blocks ? '!' : ''}${code}`);

  it('says what a rotation would do, and whom it would ask, and changes nothing', async () => {
    const before = await readCredential(ordersId);
    const would = await dryRun(ordersId, {}, 'auditor');
    expect(would).toMatchObject({ possible: true, sentence: 'It can go ahead.', strategy: 'chosen', overlap: { possible: true } });
    expect(would.steps.map(({ name }) => name)).toEqual([
      'make',
      'apply',
      'test',
      'preflight',
      'commit',
      'acknowledge',
      'deny',
      'soak',
      'erase',
    ]);
    const live = would.consumers
      .filter(({ state }) => state === 'live')
      .map(({ consumer, instance, preflight }) => [consumer, instance, preflight]);
    expect(live).toEqual(
      expect.arrayContaining([
        ['orders', 'one', true],
        ['orders', 'two', true],
      ]),
    );
    expect((await dryRun(ordersId, { reason: 'compromised' })).waits).toMatchObject({ graceMs: 0, onDeadline: 'escalate' });
    expect(await readCredential(ordersId)).toEqual(before);
    expectProblem(await decide('admin', { credentialId: randomUUID() }, '/dry-run'), 404, 'credential-unknown');
  });

  it('names what blocks one: nobody’s approval, an open rotation, a disabled credential, no issuer', async () => {
    const made = await makeManagedRole({ approvals: 1 });
    expect(await dryRun(made.credentialId)).toMatchObject({
      possible: true,
      approvals: { needed: 1, roles: ['admin', 'operator'], notBy: 'admin' },
      sentence: expect.stringContaining('Another person than Ada Admin must approve it within 1 d'),
    });
    await request(made);
    expect(codes(await dryRun(made.credentialId))).toEqual(['!rotation-open']);
    await decide('admin', made, '/1/cancel', { reason: 'enough' });
    await end(made);
    await ask(credentialPath(made.credentialId), { method: 'PATCH', body: { enabled: false, reason: 'a leak' } });
    const disabled = await dryRun(made.credentialId);
    expect(disabled).toMatchObject({ possible: false, sentence: expect.stringContaining('The credential is disabled: a leak.') });
    expect(codes(disabled)).toEqual(['!credential-disabled']);
    const issuer = (await readCredential(ordersId)).issuer ?? '';
    expect(codes(await dryRun(issuer))).toEqual(['!issuer-missing']);
  });
});
