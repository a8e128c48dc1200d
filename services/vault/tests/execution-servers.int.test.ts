import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// Which execution server is used for whom, and who gets the value of its credential.

const ISSUER = 'https://sso.example.com';
const RUNNER: Actor = { kind: 'program', id: 'runner', roles: ['consumer:runner'] };
const BO: Actor = { kind: 'person', id: 'bo', issuer: ISSUER, roles: ['user'], tier: 'starter', authenticatedAt: new Date().toISOString() };
const OWN = userScope(ISSUER, 'bo');
const TOKEN = 'canary-execution-server-token';

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});

const command = (actor: Actor, name: string, data: object) => vault.client(actor).command(name, data, { commandId: randomUUID() });
const set = (actor: Actor, scope: string, serverId: string, more: object = {}) => {
  const server = {
    name: serverId,
    kind: 'brigade',
    baseUrl: 'https://brigade.example.com',
    enabled: true,
    isDefault: false,
    credential: null,
  };
  return command(actor, 'execution-server.set', { scope, serverId, ...server, ...more });
};
const addToken = async (actor: Actor, address: string): Promise<string> => {
  const credentialId = uuidv7();
  const data = { credentialId, address, credentialType: 'generic', publicFields: {}, issuer: null };
  const secret = new Sensitive({ fields: { token: TOKEN } });
  const made = await vault.client(actor).command('credential.register', data, { commandId: randomUUID(), secret });
  if (!made.ok) throw new Error(made.refusal.code);
  return credentialId;
};
const chosen = async () => {
  const answer = await vault.client(BO).query('execution-server.chosen', { scope: OWN });
  return answer.ok ? answer.value.value : answer;
};
const resolve = async (more: object = {}, actor: Actor = RUNNER) => {
  const data = { consumer: 'runner', ...more };
  const answer = await vault.client(actor).command('execution-server.resolve', data, { commandId: randomUUID(), wantsSecret: true });
  return answer.ok ? { value: answer.value.value, secret: answer.value.secret?.reveal() } : answer;
};
const grant = (...patterns: string[]) =>
  command(ADMIN, 'consumer.register', { consumer: 'runner', grants: patterns.map((pattern) => ({ action: 'read', pattern })) });
const SHOWN = { user: { issuer: ISSUER, subject: 'bo', shownBy: 'token' } };

describe('an execution server', () => {
  it('is the system’s, then one’s own, then one’s own default; one whose credential can’t be used is passed over', async () => {
    expect(await chosen()).toMatchObject({ refusal: { code: 'execution-server-unknown' } });
    const token = await addToken(ADMIN, 'system.brigade.main');
    expect(await set(ADMIN, 'system', 'main', { credential: 'system.brigade.main', isDefault: true })).toMatchObject({ ok: true });
    expect(await chosen()).toMatchObject({
      serverId: 'main',
      isOwn: false,
      chosenBy: 'default',
      credential: { credentialId: token, masked: '••••••' },
    });
    await set(BO, OWN, 'b');
    expect(await chosen()).toMatchObject({ serverId: 'b', isOwn: true, chosenBy: 'own-server', credential: null });
    const own = await addToken(BO, `${OWN}.brigade.mine`);
    await set(BO, OWN, 'c', { isDefault: true, credential: `${OWN}.brigade.mine`, baseUrl: 'https://mine.example.com' });
    expect(await chosen()).toMatchObject({ serverId: 'c', chosenBy: 'preference', baseUrl: 'https://mine.example.com' });
    await command(BO, 'credential.disable', { credentialId: own, reason: 'on holiday' });
    expect(await chosen()).toMatchObject({ serverId: 'b' });
    await command(BO, 'credential.enable', { credentialId: own });
  });
  it('is used with a credential of its own scope only', async () => {
    for (const credential of ['system.brigade.main', `${OWN}.brigade.nowhere`]) {
      expect(await set(BO, OWN, 'evil', { credential })).toMatchObject({ refusal: { code: 'credential-elsewhere' } });
    }
    expect(await set(ADMIN, 'system', 'evil', { credential: `${OWN}.brigade.mine` })).toMatchObject({
      refusal: { code: 'credential-elsewhere' },
    });
    expect(await set(BO, 'system', 'evil')).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await set(ADMIN, OWN, 'evil')).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
  it.each([
    { baseUrl: 'ftp://example.com' },
    { baseUrl: 'https://user:pass@example.com' },
    { kind: 'unheard-of' },
    { serverId: 'resolve' },
    { serverId: 'Not An Id' },
    { name: ' ' },
  ])('is not %j', async (wrong) => expect(await set(BO, OWN, 'x', wrong)).toMatchObject({ refusal: { code: 'message-invalid' } }));
  it('says where a secret is sent only by somebody who may reveal it, and signed in recently', async () => {
    const credential = 'system.brigade.guarded';
    const credentialId = await addToken(ADMIN, credential);
    const longAgo = { ...ADMIN, authenticatedAt: '2026-01-01T00:00:00.000Z' };
    const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
    expect(await set(longAgo, 'system', 'guarded', { credential })).toEqual(refused('recent-login-required'));
    expect(await set(ADMIN, 'system', 'guarded', { credential })).toMatchObject({ ok: true });
    expect(await set(longAgo, 'system', 'guarded', { credential, enabled: false })).toMatchObject({ ok: true });
    const elsewhere = { credential, baseUrl: 'https://elsewhere.example' };
    expect(await set(longAgo, 'system', 'guarded', elsewhere)).toEqual(refused('recent-login-required'));
    await command(ADMIN, 'credential.change-reveal-policy', { credentialId, revealable: false, reason: 'shown to nobody' });
    expect(await set(ADMIN, 'system', 'guarded', elsewhere)).toEqual(refused('secret-needed'));
    expect(await set(ADMIN, 'system', 'guarded', { baseUrl: elsewhere.baseUrl })).toMatchObject({ ok: true });
    await command(ADMIN, 'execution-server.remove', { scope: 'system', serverId: 'guarded' });
  });

  it('is removed once', async () => {
    await set(BO, OWN, 'gone');
    const gone = { scope: OWN, serverId: 'gone' };
    expect(await command(BO, 'execution-server.remove', gone)).toMatchObject({ ok: true });
    expect(await command(BO, 'execution-server.remove', gone)).toMatchObject({ refusal: { code: 'execution-server-unknown' } });
    expect(await vault.client(BO).query('execution-server.list', { scope: OWN })).toMatchObject({
      value: { value: { items: [{ serverId: 'b' }, { serverId: 'c' }] } },
    });
  });
});

describe('a program', () => {
  it('gets the value of its credential by a grant, recorded before', async () => {
    await grant('system.brigade.*');
    expect(await resolve()).toMatchObject({ value: { serverId: 'main', version: 1 }, secret: { fields: { token: TOKEN } } });
    expect((await vault.events()).at(-1)).toMatchObject({
      type: 'secret.revealed',
      data: { recipient: 'runner', purpose: 'resolve the execution server main: the system’s' },
    });
    await grant();
    expect(await resolve()).toMatchObject({ refusal: { code: 'grant-missing' } });
    expect(await resolve({}, ADMIN)).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
  it('gets a user’s own where the user is shown', async () => {
    await grant('*.brigade.*');
    expect(await resolve({ user: { issuer: ISSUER, subject: 'bo' } })).toMatchObject({ refusal: { code: 'user-not-shown' } });
    expect(await resolve(SHOWN)).toMatchObject({ value: { serverId: 'c', isOwn: true }, secret: { fields: { token: TOKEN } } });
  });
  it('gets one without a credential, and nothing secret with it', async () => {
    await set(BO, OWN, 'b', { isDefault: true });
    await grant();
    const before = (await vault.events()).length;
    const answer = await resolve(SHOWN);
    expect(answer).toMatchObject({ value: { serverId: 'b', credential: null, version: null } });
    expect([JSON.stringify(answer).includes(TOKEN), (await vault.events()).length]).toEqual([false, before]);
  });
});
