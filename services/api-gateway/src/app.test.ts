import { Problem } from '@keyturn/contracts/api';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { eventFeed } from './clients/event-feed.ts';
import { OutcomeUnknown, ServiceUnavailable } from './faults.ts';
import { memoryVault } from './testing/memory-services.ts';
import { PUBLIC_URL, bearer, json, testApp } from './testing/test-app.ts';

const ID = '0190c8a0-1111-7000-8000-000000000001';
const CREDENTIALS = '/api/v1/admin/credentials';
const PASSWORD = 'canary-password-Zx81';
const registration = {
  address: 'system.postgres.orders',
  credentialType: 'database_password',
  publicFields: { host: 'db', port: '5432', database: 'orders', username: 'orders' },
  secretFields: { password: PASSWORD },
};

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem.instance).toBe(response.headers.get('x-request-id'));
  expect(problem.status).toBe(response.status);
  return problem;
};

describe('the way in', () => {
  it.each([
    CREDENTIALS,
    `/${CREDENTIALS}`,
    '/api//v1/admin/credentials',
    '/api/v1/admin%2Fcredentials',
    '/api%2Fv1%2Fadmin%2Fcredentials',
    '/%2561pi/v1/admin/credentials',
    '/API/v1/admin/credentials',
    '/x/..%2fapi/v1/admin/credentials',
    '/api/v1/nothing',
    '/api/v1/sealing-keys/../admin/credentials',
  ])('answers 401 to somebody unknown at %s', async (path) => {
    const vault = memoryVault();
    const response = await testApp({ vault }).app.request(`${PUBLIC_URL}${path}`);
    expect((await problemOf(response)).code).toBe('unauthenticated');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(vault.calls).toEqual([]);
  });

  it.each([`/${CREDENTIALS}`, '/api/v1/admin%2Fcredentials'])('does not take %s for the route even with a token', async (path) => {
    const vault = memoryVault();
    const response = await testApp({ vault }).app.request(`${PUBLIC_URL}${path}`, { headers: bearer('admin') });
    expect((await problemOf(response)).code).toBe('route-unknown');
    expect(vault.calls).toEqual([]);
  });

  it('answers 401 to a token that is not accepted, whatever cookie comes with it', async () => {
    const { app, sessionFor } = testApp();
    const headers = { authorization: 'Bearer forged', cookie: await sessionFor(['admin']) };
    const response = await app.request(CREDENTIALS, { headers });
    expect((await problemOf(response)).code).toBe('token-invalid');
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('answers 401 to basic authentication', async () => {
    const response = await testApp().app.request(CREDENTIALS, { headers: { authorization: 'Basic YTpi' } });
    expect(response.status).toBe(401);
  });

  it.each(['/healthz', '/readyz', '/api/v1/sealing-keys'])('lets anyone read %s', async (path) => {
    expect((await testApp().app.request(path)).status).toBe(200);
  });

  it('answers 503 when tokens cannot be checked', async () => {
    const verifyBearer = (): Promise<never> => Promise.reject(new ServiceUnavailable('identity-provider'));
    const response = await testApp({ verifyBearer }).app.request(CREDENTIALS, { headers: bearer('admin') });
    expect((await problemOf(response)).code).toBe('identity-provider-unavailable');
  });
});

describe('roles', () => {
  it.each([
    ['admin', 200],
    ['operator', 200],
    ['auditor', 200],
    ['user', 403],
    ['nobody', 403],
  ])('%s reading credentials gets %i', async (role, status) => {
    expect((await testApp().app.request(CREDENTIALS, { headers: bearer(role) })).status).toBe(status);
  });

  it.each([
    ['admin', 202],
    ['operator', 202],
    ['auditor', 403],
    ['user', 403],
  ])('%s asking for a rotation gets %i', async (role, status) => {
    const vault = memoryVault({ 'rotation.request': ok({ credentialId: ID, epoch: 3 }) });
    const response = await testApp({ vault }).app.request(`${CREDENTIALS}/${ID}/rotations`, { method: 'POST', headers: bearer(role) });
    expect(response.status).toBe(status);
  });

  it('passes the roles on, so the vault can decide', async () => {
    const vault = memoryVault();
    await testApp({ vault }).app.request(CREDENTIALS, { headers: bearer('auditor') });
    expect(vault.calls[0]?.message).toMatchObject({ actor: { kind: 'person', id: 'auditor', roles: ['auditor'] } });
  });
});

const rollBack = async (body: object, deps: Parameters<typeof testApp>[0] = {}, role = 'operator'): Promise<Response> =>
  testApp(deps).app.request(`${CREDENTIALS}/${ID}/rollback`, {
    method: 'POST',
    headers: { ...bearer(role), 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify(body),
  });

describe('answers', () => {
  it('answers a rotation request with where to watch it', async () => {
    const vault = memoryVault({ 'rotation.request': ok({ credentialId: ID, epoch: 3 }) });
    const response = await testApp({ vault }).app.request(`${CREDENTIALS}/${ID}/rotations`, { method: 'POST', headers: bearer('admin') });
    expect(response.headers.get('location')).toBe(`${CREDENTIALS}/${ID}/rotations/3`);
    expect(await response.json()).toEqual({ credentialId: ID, epoch: 3 });
  });

  it('answers a rollback with what is current then, and where to watch it', async () => {
    const back = { credentialId: ID, epoch: 3, version: 1, generation: 5 };
    const vault = memoryVault({ 'rotation.roll-back': ok(back) });
    const response = await rollBack({ reason: ' it is slow ' }, { vault });
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`${CREDENTIALS}/${ID}/rotations/3`);
    expect(await response.json()).toEqual({ ...back, status: 'committed' });
    expect(vault.calls[0]?.message).toMatchObject({ data: { credentialId: ID, reason: 'it is slow' } });
  });

  it.each([
    [{}, 'reason'],
    [{ reason: '  ' }, 'reason'],
    [{ reason: 'x'.repeat(501) }, 'reason'],
    [{ reason: 'slow', version: 0 }, 'version'],
    [{ reason: 'slow', versions: 1 }, 'versions'],
  ])('refuses the rollback %j', async (body, path) => {
    const problem = await problemOf(await rollBack(body));
    expect(problem).toMatchObject({ status: 422, code: 'request-invalid', errors: [{ path }] });
  });

  it.each(['auditor', 'user'])('lets no %s roll back', async (role) => {
    expect((await rollBack({ reason: 'slow' }, {}, role)).status).toBe(403);
  });

  it('answers a refusal of the vault with its own problem', async () => {
    const vault = memoryVault({ 'rotation.request': refuse({ code: 'rotation-open', epoch: 2 }) });
    const response = await testApp({ vault }).app.request(`${CREDENTIALS}/${ID}/rotations`, { method: 'POST', headers: bearer('admin') });
    expect(await problemOf(response)).toMatchObject({
      status: 409,
      code: 'rotation-open',
      detail: 'epoch: 2',
      type: '/problems/rotation-open',
    });
  });

  it.each([
    [new ServiceUnavailable('vault'), 503, 'vault-unavailable'],
    [new OutcomeUnknown('late'), 504, 'outcome-unknown'],
    [new Error('password=hunter2'), 500, 'internal'],
  ])('answers %s bare', async (fault, status, code) => {
    const vault = memoryVault({ 'rotation.request': fault });
    const response = await testApp({ vault }).app.request(`${CREDENTIALS}/${ID}/rotations`, { method: 'POST', headers: bearer('admin') });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status, code });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('is never stored, and never interpreted', async () => {
    const { headers } = await testApp().app.request(CREDENTIALS, { headers: bearer('admin') });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('names what is down', async () => {
    const response = await testApp({ readiness: { down: async () => ['vault'] } }).app.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'down', down: ['vault'] });
  });
});

describe('bad requests', () => {
  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    testApp().app.request(CREDENTIALS, { method: 'POST', body, headers: { ...bearer('admin'), ...headers } });

  it('refuses what is not JSON, without quoting it', async () => {
    const problem = await problemOf(await post(`{"secretFields":{"password":"${PASSWORD}"`));
    expect(problem).toMatchObject({ status: 400, code: 'malformed-json' });
    expect(JSON.stringify(problem)).not.toContain(PASSWORD);
  });

  it.each([`"__proto__":"x"`, `"secretFields":{"password":"x","__proto__":"lost"}`, `"publicFields":{"\\u005f_proto__":"lost"}`])(
    'refuses a field that every schema would leave out: %s',
    async (field) => {
      const body = `${JSON.stringify(registration).slice(0, -1)},${field}}`;
      const problem = await problemOf(await post(body));
      expect(problem).toMatchObject({ status: 422, code: 'request-invalid', errors: [{ path: '__proto__' }] });
    },
  );

  it('says where a body does not fit, and never what was there', async () => {
    const body = { ...registration, address: PASSWORD, credentialType: PASSWORD, secretFields: { password: 7 }, extra: PASSWORD };
    const problem = await problemOf(await post(JSON.stringify(body)));
    expect(problem).toMatchObject({ status: 422, code: 'request-invalid' });
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(['address', 'credentialType', 'extra', 'secretFields.password']);
    expect(JSON.stringify(problem)).not.toContain(PASSWORD);
  });

  it('refuses a body over 256 KiB', async () => {
    expect((await problemOf(await post('x'.repeat(256 * 1024 + 1)))).code).toBe('body-too-large');
  });

  it('refuses a stream that grows over 256 KiB without saying so', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) });
    const headers = { ...bearer('admin'), 'content-type': 'application/json' };
    const request = new Request(`${PUBLIC_URL}${CREDENTIALS}`, { method: 'POST', body, headers, duplex: 'half' });
    expect((await problemOf(await testApp().app.request(request))).code).toBe('body-too-large');
  });

  it('refuses another media type', async () => {
    expect((await problemOf(await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }))).status).toBe(415);
  });

  it.each([
    [`${CREDENTIALS}/not-a-uuid`, 'request-invalid'],
    [`${CREDENTIALS}/${ID}/rotations/zero`, 'request-invalid'],
    [`${CREDENTIALS}/${ID}/rotations/0`, 'request-invalid'],
    [`${CREDENTIALS}?limit=100000`, 'request-invalid'],
    ['/api/v1/nothing', 'route-unknown'],
    ['/nothing', 'route-unknown'],
  ])('answers %s with %s', async (path, code) => {
    expect((await problemOf(await testApp().app.request(path, { headers: bearer('admin') }))).code).toBe(code);
  });

  it('says which methods there are', async () => {
    const response = await testApp().app.request(CREDENTIALS, { method: 'DELETE', headers: bearer('admin') });
    expect((await problemOf(response)).code).toBe('method-not-allowed');
    expect(response.headers.get('allow')).toBe('GET, POST');
  });
});

const register = async (headers: Record<string, string> = {}) => {
  const vault = memoryVault({
    'credential.register': ok({ credentialId: ID, address: registration.address, version: 1, status: 'committed', generation: 1 }),
  });
  const request = json(registration);
  const init = { method: 'POST', body: request.body, headers: { ...request.headers, ...bearer('admin'), ...headers } };
  const response = await testApp({ vault }).app.request(CREDENTIALS, init);
  return { response, sent: vault.calls[0]?.message as { commandId: string; data: { credentialId: string } } };
};

describe('POST /api/v1/admin/credentials', () => {
  it('sends the secret only inside Sensitive', async () => {
    const { response, sent } = await register();
    expect(response.status).toBe(201);
    expect(JSON.stringify(sent)).not.toContain(PASSWORD);
    expect(sent).toMatchObject({ secret: { about: sent.data.credentialId } });
  });

  it('names the same command and the same credential when repeated with its key', async () => {
    const [first, again, other] = [
      await register({ 'idempotency-key': 'k-1' }),
      await register({ 'idempotency-key': 'k-1' }),
      await register({ 'idempotency-key': 'k-2' }),
    ];
    expect(again.sent.commandId).toBe(first.sent.commandId);
    expect(again.sent.data.credentialId).toBe(first.sent.data.credentialId);
    expect(other.sent.commandId).not.toBe(first.sent.commandId);
  });

  it('gives two callers with one key two commands', async () => {
    const [mine, theirs] = [await register({ 'idempotency-key': 'k' }), await register({ 'idempotency-key': 'k', ...bearer('operator') })];
    expect(theirs.sent.commandId).not.toBe(mine.sent.commandId);
  });

  it.each(['', 'x'.repeat(201), 'with space'])('refuses the key %j', async (key) => {
    expect((await problemOf((await register({ 'idempotency-key': key })).response)).code).toBe('idempotency-key-invalid');
  });
});

it('refuses a secret that holds half a character, before it is sealed', async () => {
  const body = { ...registration, secretFields: { password: 'a\ud800' } };
  const { app } = testApp();
  const answered = await app.request(CREDENTIALS, {
    method: 'POST',
    ...json(body),
    headers: { ...json(body).headers, ...bearer('admin') },
  });
  expect(answered.status).toBe(422);
});

it('opens no stream for a HEAD, whose body nobody would read', async () => {
  const feed = eventFeed();
  const { app } = testApp({ feed: { ...feed, subscribe: () => expect.unreachable('a listener that nobody ends') } });
  const answered = await app.request('/api/v1/events', { method: 'HEAD', headers: bearer('admin') });
  expect([answered.status, answered.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
});

describe('a reveal', () => {
  const asked = { reason: 'a fault' };
  const post = (body: object, deps: Parameters<typeof testApp>[0] = {}, headers: Record<string, string> = bearer('admin')) => {
    const sent = json(body);
    return testApp(deps).app.request(`${CREDENTIALS}/${ID}/reveal`, { method: 'POST', ...sent, headers: { ...sent.headers, ...headers } });
  };

  it('answers the fields, and lets nobody keep the answer', async () => {
    const response = await post(asked);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toMatchObject({ fields: { password: 'the present password' } });
  });
  it('passes on what is sealed to the caller’s own key, and no plaintext', async () => {
    const sealed = { enc: 'AA', ciphertext: 'BB', aad: '{}' };
    const value = { credentialId: ID, address: 'system.postgres.orders', version: 1, publicFields: {}, sealed };
    const vault = memoryVault({ 'credential.reveal': ok({ value }) });
    const response = await post({ ...asked, recipientKey: 'A'.repeat(43) }, { vault });
    expect(await response.json()).toEqual(value);
  });
  it('tells the vault when the person last signed in, by the provider’s word', async () => {
    const vault = memoryVault();
    const authenticatedAt = '2026-01-02T03:00:00.000Z';
    const caller = {
      id: 'a',
      name: 'A',
      kind: 'person',
      roles: ['admin'],
      tier: null,
      via: 'bearer',
      expiresAt: 1,
      authenticatedAt,
    } as const;
    await post(asked, { vault, verifyBearer: async () => ok({ ...caller, roles: ['admin'] }) });
    expect(vault.calls[0]?.message).toMatchObject({ actor: { id: 'a', authenticatedAt }, data: { credentialId: ID, reason: 'a fault' } });
  });
  it.each([{}, { reason: 'x' }, { reason: 'fine', fields: [] }, { reason: 'fine', recipientKey: 'short' }])('refuses %o', async (body) =>
    expect((await post(body)).status).toBe(422),
  );
});

describe('a change of a credential', () => {
  const patch = (body: object, vault = memoryVault(), guard: Record<string, string> = { 'if-match': '*' }) => {
    const sent = json(body);
    const headers = { ...sent.headers, ...bearer('admin'), ...guard };
    return testApp({ vault }).app.request(`${CREDENTIALS}/${ID}`, { method: 'PATCH', ...sent, headers });
  };
  it.each([
    [{ publicFields: { host: 'x' }, reason: 'moved', evenIfUnreachable: true }, 'credential.edit'],
    [{ enabled: false, reason: 'a leak' }, 'credential.disable'],
    [{ enabled: true }, 'credential.enable'],
    [{ revealable: false }, 'credential.change-reveal-policy'],
    [{ owner: 'team' }, 'credential.change-details'],
  ])('%o is the command %s', async (body, command) => {
    const vault = memoryVault();
    expect((await patch(body, vault)).status).toBe(200);
    expect(vault.calls.map(({ name }) => name)).toEqual([command, 'credential.get']);
  });
  it.each([{ enabled: false }, { enabled: true, publicFields: {} }, { revealable: true, owner: 'team' }])(
    'of two kinds, or without its reason, is refused: %o',
    async (body) => {
      const vault = memoryVault();
      expect((await patch(body, vault)).status).toBe(422);
      expect(vault.calls).toEqual([]);
    },
  );
  it('is decided on what its caller saw', async () => {
    const vault = memoryVault();
    const response = await patch({ owner: 'team' }, vault, { 'if-match': '"1.9"' });
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"1.9"']);
    expect(vault.calls[0]?.message).toMatchObject({ ifRevision: '1.9' });
    await patch({ owner: 'team' }, vault);
    expect(vault.calls[2]?.message).not.toHaveProperty('ifRevision');
  });
  it.each([
    [{}, 428, 'if-match-missing'],
    [{ 'if-match': '1.9' }, 400, 'if-match-invalid'],
  ])('with %j is not sent on', async (guard, status, code) => {
    const vault = memoryVault();
    const response = await patch({ owner: 'team' }, vault, guard);
    expect([response.status, (await problemOf(response)).code, vault.calls]).toEqual([status, code, []]);
  });
  it('that comes too late is told so', async () => {
    const vault = memoryVault({ 'credential.change-details': refuse({ code: 'credential-changed', revision: '1.10' }) });
    const response = await patch({ owner: 'team' }, vault, { 'if-match': '"1.9"' });
    expect([response.status, await response.json()]).toMatchObject([412, { code: 'credential-changed', detail: 'revision: 1.10' }]);
  });
});
