import { ok, refuse } from '@keyturn/kernel';
import { apiTokenProof, newApiToken } from '@keyturn/sealing';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../identity/identity.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, NOW, testApp } from '../testing/test-app.ts';

const PATH = '/api/v1/subscribers/credentials';
const PUBLIC_KEY = 'UB5CC5SJWUU4LLLXX6SWINR2DKNSCHVFLW3LRS5NXKJN6NBN7F37FGT2';
const BODY = { instance: 'a', publicKey: PUBLIC_KEY };
const UNTIL = new Date(NOW + 300_000).toISOString();
const allowed = { until: UNTIL, patterns: ['system.postgres.orders'] };
const keys = ok({ identityPublicKey: 'the-identity', keys: [] });

/** `consumer-<name>` is the token of a program that speaks for that consumer; `nobody` is one without the claim. */
const verifyBearer = async (token: string) => {
  const program: Caller = { id: token, name: token, kind: 'program', roles: [], tier: null, via: 'bearer', expiresAt: NOW + 1_000 };
  if (token === 'nobody') return ok(program);
  return token.startsWith('consumer-') ? ok({ ...program, consumer: token.slice('consumer-'.length) }) : refuse('token-invalid' as const);
};

const ask = async (authorization: string | null, body: unknown = BODY, issue: Parameters<typeof memoryVault>[0] = {}) => {
  const vault = memoryVault({ 'sealing-keys.list': keys, 'consumer.issue-credentials': ok(allowed), ...issue });
  const { app } = testApp({ vault, verifyBearer });
  const { headers, ...rest } = json(body);
  const response = await app.request(PATH, {
    method: 'POST',
    ...rest,
    headers: { ...headers, ...(authorization === null ? {} : { authorization }) },
  });
  const commands = vault.calls.filter(({ name }) => name === 'consumer.issue-credentials').map(({ message }) => message);
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers, commands };
};

describe('issuing an identity to an instance', () => {
  it('refuses a key whose checksum is wrong, and records nothing', async () => {
    const { status, commands } = await ask('Bearer consumer-orders', { ...BODY, publicKey: `U${'A'.repeat(55)}` });
    expect([status, commands]).toEqual([422, []]);
  });

  it('asks the vault in the name of the consumer that the token speaks for, and signs what it allows', async () => {
    const { status, body, headers, commands } = await ask('Bearer consumer-orders');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toEqual({
      jwt: '["system.postgres.orders"]',
      inboxPrefix: '_INBOX_orders_a',
      natsUrl: 'nats://nats.test',
      expiresAt: UNTIL,
      expiresInMs: 300_000,
      consumer: 'orders',
      instance: 'a',
      identityPublicKey: 'the-identity',
    });
    expect(commands).toMatchObject([
      {
        actor: { kind: 'program', id: 'consumer-orders', roles: ['consumer:orders'] },
        data: { consumer: 'orders', instance: 'a', publicKey: PUBLIC_KEY, lifetimeSeconds: 300 },
      },
    ]);
  });

  it('gives the vault the proof of an API token, never the token, and no role', async () => {
    const token = newApiToken();
    const { status, commands } = await ask(`Bearer ${token.reveal()}`, { ...BODY, consumer: 'orders' });
    expect(status).toBe(200);
    expect(commands).toMatchObject([{ actor: { id: 'api-token' }, data: { consumer: 'orders', proof: apiTokenProof(token) } }]);
    expect(JSON.stringify(commands)).not.toContain(token.reveal());
    expect(JSON.stringify(commands)).not.toContain('roles');
  });

  it.each([
    ['without a token', null, BODY, 401, 'unauthenticated'],
    ['with a token of nobody', 'Bearer x', BODY, 401, 'token-invalid'],
    ['with a token of another kind', 'Basic eDp5', BODY, 401, 'token-invalid'],
    ['with a token that speaks for no consumer', 'Bearer nobody', BODY, 403, 'consumer-claim-missing'],
    [
      'for another consumer than its token names',
      'Bearer consumer-orders',
      { ...BODY, consumer: 'billing' },
      403,
      'consumer-claim-missing',
    ],
    ['with an API token that names no consumer', `Bearer kt_${'a'.repeat(43)}`, BODY, 403, 'consumer-claim-missing'],
    ['for an instance with a wildcard', 'Bearer consumer-orders', { ...BODY, instance: '*' }, 422, 'request-invalid'],
    ['for an instance of two words', 'Bearer consumer-orders', { ...BODY, instance: 'a.>' }, 422, 'request-invalid'],
    ['for a key of another kind', 'Bearer consumer-orders', { ...BODY, publicKey: `A${'A'.repeat(55)}` }, 422, 'request-invalid'],
  ])('%s is refused, and nobody asks the vault', async (_what, authorization, body, status, code) => {
    const refused = await ask(authorization, body);
    expect(refused).toMatchObject({ status, body: { code }, commands: [] });
  });

  it.each([
    ['consumer-unknown', 403, { code: 'consumer-unknown', consumer: 'orders' } as const],
    ['api-token-invalid', 401, { code: 'api-token-invalid' } as const],
  ])('passes on that the vault said %s', async (code, status, refusal) => {
    const refused = await ask('Bearer consumer-orders', BODY, { 'consumer.issue-credentials': refuse(refusal) });
    expect(refused).toMatchObject({ status, body: { code } });
  });
});

describe('API tokens', () => {
  const TOKENS = '/api/v1/admin/consumers/orders/tokens';
  const TOKEN_ID = '0190c8a0-0000-7000-8000-00000000000a';

  it('are shown once, and the vault gets their proof only', async () => {
    const vault = memoryVault({ 'consumer.issue-token': ok({ tokenId: TOKEN_ID, expiresAt: UNTIL }) });
    const { app } = testApp({ vault });
    const response = await app.request(TOKENS, { method: 'POST', headers: bearer('admin') });
    const body = (await response.json()) as { token: string };
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, expect.stringContaining('no-store')]);
    expect(body.token).toMatch(/^kt_/);
    expect(vault.calls).toMatchObject([{ message: { data: { consumer: 'orders', lifetimeSeconds: 90 * 86_400 } } }]);
    expect(JSON.stringify(vault.calls)).not.toContain(body.token);
  });

  it('are the same ones where the request is repeated under its key, so that none is made that nobody has', async () => {
    const vault = memoryVault({ 'consumer.issue-token': ok({ tokenId: TOKEN_ID, expiresAt: UNTIL }) });
    const { app } = testApp({ vault });
    const make = async (role: string, key?: string, path = TOKENS): Promise<string> => {
      const headers = { ...bearer(role), ...(key === undefined ? {} : { 'idempotency-key': key }) };
      return ((await (await app.request(path, { method: 'POST', headers })).json()) as { token: string }).token;
    };
    const [first, again] = [await make('admin', 'key-1'), await make('admin', 'key-1')];
    const sent = vault.calls.map(({ message }) => message as { commandId: string; data: unknown });
    expect(again).toBe(first);
    expect([sent[1]?.commandId, sent[1]?.data]).toEqual([sent[0]?.commandId, sent[0]?.data]);
    const others = [
      await make('admin', 'key-2'),
      await make('operator', 'key-1'),
      await make('admin', 'key-1', TOKENS.replace('orders', 'billing')),
      await make('admin'),
      await make('admin'),
    ];
    expect(new Set([first, ...others]).size).toBe(6);
    expect(JSON.stringify(vault.calls)).not.toMatch(/kt_|key-1/);
  });

  it('are listed without anything secret', async () => {
    const token = { tokenId: TOKEN_ID, createdAt: UNTIL, expiresAt: UNTIL, revokedAt: null, lastUsedAt: UNTIL };
    const vault = memoryVault({ 'consumer.tokens': ok({ items: [token] }) });
    const response = await testApp({ vault }).app.request(TOKENS, { headers: bearer('auditor') });
    expect([response.status, await response.json()]).toEqual([200, { items: [token] }]);
    expect(vault.calls).toMatchObject([{ name: 'consumer.tokens', message: { data: { consumer: 'orders' } } }]);
    expect((await testApp().app.request(TOKENS, { headers: bearer('user') })).status).toBe(403);
  });

  it('are revoked by their id', async () => {
    const vault = memoryVault({ 'consumer.revoke-token': ok({ tokenId: TOKEN_ID }) });
    const { app } = testApp({ vault });
    expect((await app.request(`${TOKENS}/${TOKEN_ID}`, { method: 'DELETE', headers: bearer('admin') })).status).toBe(204);
    expect(vault.calls).toMatchObject([{ name: 'consumer.revoke-token', message: { data: { consumer: 'orders', tokenId: TOKEN_ID } } }]);
  });

  it('open no other route', async () => {
    const { app } = testApp();
    const headers = { authorization: `Bearer kt_${'a'.repeat(43)}` };
    for (const path of ['/api/v1/session', '/api/v1/admin/credentials', '/api/v1/events'])
      expect((await app.request(path, { headers })).status).toBe(401);
  });
});
