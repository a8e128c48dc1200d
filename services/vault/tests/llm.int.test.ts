import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, testInstance, testVault, type TestVault } from './test-vault.ts';

// Which language model is used for whom, and who gets its key.

const ISSUER = 'https://sso.example.com';
const CHAT: Actor = { kind: 'program', id: 'chat', roles: ['consumer:chat'] };
const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const KEY = 'sk-test-1234567890abcdef';

let vault: TestVault;
let ada: Actor & { readonly scope: string };
let people = 0;
beforeAll(async () => {
  vault = await testVault();
});
beforeEach(() => {
  const id = `ada-${(people += 1)}`;
  ada = { kind: 'person', id, issuer: ISSUER, roles: ['user'], tier: 'professional', scope: userScope(ISSUER, id) };
});

const actorOf = ({ scope: _its, ...actor }: typeof ada): Actor => actor;
const command = (actor: Actor, name: string, data: object) => vault.client(actor).command(name, data, { commandId: randomUUID() });
const config = async (wanted: object = {}) => {
  const answer = await vault.client(actorOf(ada)).query('llm.config', { scope: ada.scope, ...wanted });
  return answer.ok ? answer.value.value : answer;
};
const addKey = async (scope: string, provider: string, more: object = {}): Promise<string> => {
  const credentialId = uuidv7();
  const data = {
    credentialId,
    address: `${scope}.${provider}.k${credentialId}`,
    credentialType: 'user_api_key',
    publicFields: { provider, ...(provider === 'custom' && { endpoint: 'https://llm.example.com/v1' }) },
    issuer: null,
    untested: 'import',
    origin: { kind: 'import', source: 'keycloak', reference: credentialId },
    ...more,
  };
  const prefix = provider === 'anthropic' ? 'sk-ant-0123456789abcdef' : KEY;
  const secret = new Sensitive({ fields: { apiKey: prefix } });
  const made = await vault.client(ADMIN).command('credential.register', data, { commandId: randomUUID(), secret });
  if (!made.ok) throw new Error(made.refusal.code);
  return credentialId;
};
const choose = (provider: string | null, models: object = {}) =>
  command(actorOf(ada), 'llm.choose', { scope: ada.scope, provider, models });
const grant = (...patterns: string[]) =>
  command(ADMIN, 'consumer.register', { consumer: 'chat', grants: patterns.map((pattern) => ({ action: 'read', pattern })) });
const resolve = async (more: object = {}, actor: Actor = CHAT) => {
  const data = { consumer: 'chat', ...more };
  const answer = await vault.client(actor).command('llm.resolve', data, { commandId: randomUUID(), wantsSecret: true });
  return answer.ok ? { value: answer.value.value, secret: answer.value.secret?.reveal() } : answer;
};
const user = (shownBy?: 'token') => ({ user: { issuer: ISSUER, subject: ada.id, ...(shownBy && { shownBy }) } });

describe('which language model is used', () => {
  it('is none, until somebody has chosen one or has a key', async () => {
    expect(await config()).toMatchObject({ refusal: { code: 'llm-unconfigured' } });
    expect(await config({ provider: 'cohere' })).toMatchObject({ refusal: { sentence: 'There is no key of Cohere that you can use.' } });
  });
  it('goes from the default to one’s own key to one’s preference', async () => {
    await addKey('system', 'openai', { isDefault: true });
    await addKey('system', 'anthropic');
    await command(ADMIN, 'llm.choose', { scope: 'system', provider: 'openai', models: { openai: 'gpt-5-mini' } });
    expect(await config()).toMatchObject({
      provider: 'openai',
      chosenBy: 'default',
      isOwn: false,
      model: 'gpt-5-mini',
      baseUrl: 'https://api.openai.com/v1',
      format: 'openai',
      supportsStreaming: true,
      credential: { masked: 'sk-test...cdef' },
    });
    const own = await addKey(ada.scope, 'custom');
    expect(await config()).toMatchObject({
      provider: 'custom',
      chosenBy: 'own-key',
      isOwn: true,
      model: null,
      baseUrl: 'https://llm.example.com/v1',
      credential: { credentialId: own },
    });
    expect(await choose('anthropic', { anthropic: 'claude', openai: 'gpt-mine' })).toMatchObject({ ok: true });
    expect(await config()).toMatchObject({
      provider: 'anthropic',
      chosenBy: 'preference',
      isOwn: false,
      model: 'claude',
      format: 'anthropic',
    });
    expect(await config({ provider: 'openai' })).toMatchObject({ chosenBy: 'request', model: 'gpt-mine' });
    expect(await config({ provider: 'openai', model: 'o9' })).toMatchObject({ model: 'o9' });
    expect(await command(actorOf(ada), 'llm.clear-choice', { scope: ada.scope })).toMatchObject({ ok: true });
    expect(await config()).toMatchObject({ chosenBy: 'own-key' });
  });
  it('passes over a preference without a key, and a key that is disabled, expired or refused by its provider', async () => {
    await choose('cohere');
    const disabled = await addKey(ada.scope, 'openai', { isDefault: true });
    await addKey(ada.scope, 'openai', { expiresAt: '2020-01-01T00:00:00Z' });
    const refused = await addKey(ada.scope, 'openai');
    await command(actorOf(ada), 'credential.disable', { credentialId: disabled, reason: 'leaked' });
    expect(await config()).toMatchObject({ credential: { credentialId: refused } });
    await command(actorOf(ada), 'credential.request-test', { credentialId: refused });
    const said = { credentialId: refused, version: 1, verdict: 'invalid', sentence: 'no', elapsedMs: 1 };
    expect(await command(WORKER, 'errand.record-tested', said)).toMatchObject({ ok: true });
    const next = await config();
    expect(next).not.toMatchObject({ isOwn: true });
    await command(actorOf(ada), 'credential.enable', { credentialId: disabled });
    expect(await config()).toMatchObject({ credential: { credentialId: disabled } });
  });
  it('is recorded once where the same is chosen again, and shown to whoever it is for', async () => {
    await choose('openai', { openai: 'a', cohere: 'b' });
    const before = (await vault.events()).length;
    expect(await choose('openai', { cohere: 'b', openai: 'a' })).toMatchObject({ ok: true });
    expect((await vault.events()).length).toBe(before);
    const seen = async (actor: Actor) => vault.client(actor).query('llm.choice', { scope: ada.scope });
    expect(await seen(actorOf(ada))).toMatchObject({ value: { value: { provider: 'openai', models: { openai: 'a', cohere: 'b' } } } });
    expect(await seen(ADMIN)).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
  it.each([
    { provider: 'nobody', models: {} },
    { provider: null, models: { openai: '' } },
    { provider: null, models: { openai: '../etc passwd' } },
    { provider: null, models: { nobody: 'a' } },
    { provider: null, models: { openai: 'a'.repeat(201) } },
  ])('is not %j', async (wanted) =>
    expect(await command(actorOf(ada), 'llm.choose', { scope: ada.scope, ...wanted })).toMatchObject({
      refusal: { code: 'message-invalid' },
    }),
  );
});

describe('a program that asks with a grant', () => {
  it('gets the key, recorded before', async () => {
    await grant('system.openai.*');
    expect(await resolve({ provider: 'openai' })).toMatchObject({ value: { isOwn: false, version: 1 }, secret: { apiKey: KEY } });
    expect((await vault.events()).at(-1)).toMatchObject({
      type: 'secret.revealed',
      data: { recipient: 'chat', purpose: 'resolve openai for a language model: the system’s' },
    });
    expect(JSON.stringify(await vault.events())).not.toContain(KEY);
  });
  it('gets a user’s own by that user’s token, and by a name only where a grant names them', async () => {
    const own = await addKey(ada.scope, 'openai');
    await grant('*.openai.*');
    expect(await resolve(user())).toMatchObject({ refusal: { code: 'user-not-shown' } });
    expect(await resolve(user('token'))).toMatchObject({
      value: { isOwn: true, credential: { credentialId: own } },
      secret: { apiKey: KEY },
    });
    expect((await vault.events()).at(-1)).toMatchObject({
      data: { purpose: 'resolve openai for a language model: the user’s own, by their token' },
    });
    await grant('*.openai.*', `${ada.scope}.anthropic.*`);
    expect(await resolve(user())).toMatchObject({ refusal: { code: 'grant-missing' } });
    await grant(`${ada.scope}.openai.*`);
    expect(await resolve(user())).toMatchObject({ value: { isOwn: true } });
    await grant('system.*.*');
    expect(await resolve(user('token'))).toMatchObject({ refusal: { code: 'grant-missing' } });
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'access.refused', data: { refusalCode: 'grant-missing' } });
  });
  it('gets nothing without being that program', async () => {
    expect(await resolve({}, ADMIN)).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await resolve({ proof: 'a'.repeat(64) })).toMatchObject({ refusal: { code: 'api-token-invalid' } });
    expect(await resolve({ consumer: 'other' })).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});

it('resolves a user’s own credential by the same rule', async () => {
  const own = await addKey(ada.scope, 'openai');
  await grant('*.openai.*');
  const ask = (shownBy?: 'token') =>
    vault
      .client(CHAT)
      .command(
        'credential.resolve',
        { consumer: 'chat', service: 'openai', credentialType: 'user_api_key', ...user(shownBy) },
        { commandId: randomUUID(), wantsSecret: true },
      );
  expect(await ask()).toMatchObject({ refusal: { code: 'user-not-shown' } });
  expect(await ask('token')).toMatchObject({ value: { value: { source: 'user', credentialId: own } } });
});

it('lets an instance fetch a user’s own credential only by a grant that names them', async () => {
  const credentialId = await addKey(ada.scope, 'openai');
  const instance = testInstance(vault, 'chat', 'one');
  const address = `${ada.scope}.openai.k${credentialId}`;
  await grant('*.openai.*');
  expect(await instance.fetch(address)).toMatchObject({ refusal: { code: 'grant-missing' } });
  await grant(`${ada.scope}.*.*`);
  expect(await instance.fetch(address)).toMatchObject({ ok: true, secret: { fields: { apiKey: KEY } } });
});
