import { mintAccessToken, waitUntil } from '@keyturn/dev-stack';
import { ByokKeySaved, type LlmConfigAnswer, IssuedToken, Session, ByokStats } from '@keyturn/contracts/api';
import { userScope } from '@keyturn/contracts/scopes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS, expectProblem } from './support/ask.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';

const { endpoints, oidcDir } = inject('stack');
const { tokens, oidcIssuer } = endpoints;
type Account = keyof typeof tokens;

const PREFERENCES = '/api/v1/llm/preferences';
const DEFAULTS = '/api/v1/admin/llm/defaults';
const CONFIG = '/api/v1/llm/config';
const KEYS = '/api/v1/byok/keys';
const OURS = 'sk-ant-0123456789abcdef-ours';

const as = (account: Account, path: string, method = 'GET', body?: unknown) =>
  ask(path, { method, token: tokens[account], ...(body === undefined ? {} : { body }) });
const config = async (account: Account, query = '') => (await as(account, `${CONFIG}${query}`)).json as LlmConfigAnswer;
const addOwn = async () =>
  ByokKeySaved.parse((await as('professional', `${KEYS}/add`, 'POST', { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Chat' })).json)
    .key;
const address = `system.anthropic.shared-${Date.now()}`;

beforeAll(async () => {
  const ours = {
    address,
    credentialType: 'user_api_key',
    publicFields: { provider: 'anthropic' },
    secretFields: { apiKey: OURS },
    untested: 'import',
    isDefault: true,
  };
  const made = await as('admin', CREDENTIALS, 'POST', ours);
  if (made.status !== 201) throw new Error(made.text);
});
afterAll(async () => {
  await as('admin', DEFAULTS, 'PUT', {});
  await as('professional', PREFERENCES, 'DELETE');
  await as('professional', `${KEYS}/openai`, 'DELETE');
});

describe('which language model is used', () => {
  it('goes from the system’s default to one’s own key to one’s preference, and back', async () => {
    expectProblem(await as('professional', CONFIG), 404, 'llm-unconfigured');
    const chosen = await as('admin', DEFAULTS, 'PUT', { default_provider: 'anthropic', default_models: { anthropic: 'claude-sonnet' } });
    expect(chosen).toMatchObject({ status: 200, json: { default_provider: 'anthropic' } });
    expect((await as('operator', DEFAULTS)).json).toEqual(chosen.json);
    expect(await config('professional')).toEqual({
      provider: 'anthropic',
      base_url: 'https://api.anthropic.com',
      model: 'claude-sonnet',
      format: 'anthropic',
      supports_streaming: true,
      is_byok: false,
      chosen_by: 'default',
      credential: { id: expect.any(String), address, masked_value: 'sk-ant-...ours' },
    });

    const own = await addOwn();
    expect(await config('professional')).toMatchObject({ provider: 'openai', is_byok: true, model: null, credential: { id: own.key_id } });
    expect(await config('free')).toMatchObject({ provider: 'anthropic', is_byok: false });
    const wanted = { default_provider: 'anthropic', default_models: { openai: 'gpt-5-mini' } };
    expect(await as('professional', PREFERENCES, 'PUT', wanted)).toMatchObject({ status: 200, json: wanted });
    expect((await as('professional', PREFERENCES)).json).toMatchObject({ ...wanted, updated_at: expect.any(String) });
    expect(await config('professional')).toMatchObject({ provider: 'anthropic', chosen_by: 'preference', is_byok: false });
    expect(await config('professional', '?provider=openai')).toMatchObject({ chosen_by: 'request', model: 'gpt-5-mini', is_byok: true });

    expect((await as('professional', PREFERENCES, 'DELETE')).status).toBe(204);
    expect((await as('professional', PREFERENCES)).json).toEqual({ default_provider: null, default_models: {}, updated_at: null });
    expect(await config('professional')).toMatchObject({ provider: 'openai', chosen_by: 'own-key' });
    expect((await as('professional', `${KEYS}/openai`, 'PATCH', { enabled: false })).status).toBe(200);
    expect(await config('professional')).toMatchObject({ provider: 'anthropic', chosen_by: 'default' });
    expect((await as('professional', `${KEYS}/openai`, 'PATCH', { enabled: true })).status).toBe(200);
  });

  it('is chosen for the system by admins, and for oneself by nobody who only reads', async () => {
    expectProblem(await as('operator', DEFAULTS, 'PUT', {}), 403, 'role-missing');
    expectProblem(await as('free', DEFAULTS), 403, 'role-missing');
    expectProblem(await as('auditor', PREFERENCES, 'PUT', {}), 403, 'role-missing');
    expect((await as('auditor', PREFERENCES)).status).toBe(200);
  });
});

describe('a program', () => {
  const consumer = 'chat';
  const tokenWith = async (...patterns: string[]): Promise<string> => {
    const grants = patterns.map((pattern) => ({ action: 'read', pattern }));
    // A grant that names a person wants a recent login, and the stack's own tokens are as old as the stack.
    const token = await mintAccessToken({ oidcDir, issuer: oidcIssuer, account: 'admin' });
    const path = `/api/v1/admin/consumers/${consumer}`;
    expect((await ask(path, { method: 'PUT', token, body: { grants } })).status).toBe(200);
    return IssuedToken.parse((await ask(`${path}/tokens`, { method: 'POST', token, body: {} })).json).token;
  };
  const asks = (token: string, query = '', headers: Record<string, string> = {}) =>
    ask(`${CONFIG}?consumer=${consumer}${query}`, { token, headers });
  const behalf = { 'x-on-behalf-of': `Bearer ${tokens.professional}` };

  beforeAll(async () => {
    await addOwn();
  });

  it('gets the system’s key by its grant, and nobody’s name alone opens their own', async () => {
    const token = await tokenWith('*.*.*');
    const ours = await asks(token);
    expect(ours).toMatchObject({ status: 200, json: { provider: 'anthropic', is_byok: false, api_key: OURS } });
    expect(ours.headers.get('cache-control')).toBe('no-store');
    const { id } = Session.parse((await as('professional', '/api/v1/session')).json);
    const named = `&user_issuer=${encodeURIComponent(oidcIssuer)}&user_subject=${id}`;
    expectProblem(await asks(token, named), 403, 'user-not-shown');
    expectProblem(await asks(token, '', { 'x-on-behalf-of': 'Bearer forged' }), 401, 'on-behalf-of-invalid');
    expectProblem(await asks(token, '&user_subject=x'), 422, 'request-invalid');
    expectProblem(await asks(await tokenWith('system.openai.*')), 403, 'grant-missing');
    const byName = await asks(await tokenWith(`${userScope(oidcIssuer, id)}.openai.*`), named);
    expect(byName).toMatchObject({ status: 200, json: { is_byok: true, api_key: OPENAI_KEYS[0] } });
  });

  it('gets a user’s own key by that user’s token, and the use is counted for the user', async () => {
    const before = ByokStats.parse((await as('professional', '/api/v1/byok/stats')).json).usage.resolutions;
    const token = await tokenWith('*.openai.*');
    expect(await asks(token, '', behalf)).toMatchObject({ status: 200, json: { is_byok: true, api_key: OPENAI_KEYS[0] } });
    const counted = async () => ByokStats.parse((await as('professional', '/api/v1/byok/stats')).json).usage.resolutions > before;
    expect(await waitUntil(counted, { timeoutMs: 20_000 })).toBe(true);
    const [key] = ((await as('professional', KEYS)).json as { keys: { usage: { resolutions: number } }[] }).keys;
    expect(key?.usage.resolutions).toBeGreaterThan(0);
    const shown = await as('professional', CONFIG);
    expect([shown.status, shown.text.includes(OPENAI_KEYS[0]), shown.text.includes('api_key')]).toEqual([200, false, false]);
  });

  it('is nobody without a token, with a bad one, or with one of an other consumer', async () => {
    expectProblem(await ask(CONFIG, { token: null }), 401, 'unauthenticated');
    expectProblem(await ask(CONFIG, { token: 'forged' }), 401, 'token-invalid');
    const token = await tokenWith('*.*.*');
    expectProblem(await ask(CONFIG, { token }), 403, 'consumer-claim-missing');
    expectProblem(await ask(`${CONFIG}?consumer=orders`, { token }), 401, 'api-token-invalid');
    expectProblem(await ask(PREFERENCES, { token }), 401, 'token-invalid');
  });
});

describe('bad input', () => {
  it.each([
    ['?provider=nobody', 'provider'],
    ['?model=', 'model'],
    ['?model=../../etc', 'model'],
    [`?model=${'a'.repeat(201)}`, 'model'],
  ])('of the model that is asked for is named: %s', async (query, path) => {
    const answer = await as('professional', `${CONFIG}${query}`);
    expectProblem(answer, 422, 'request-invalid');
    expect(answer.json).toMatchObject({ errors: [{ path }] });
  });
  it('of a choice is a 4xx with a code', async () => {
    const choice = fc.record(
      {
        default_provider: fc.jsonValue(),
        default_models: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string({ unit: 'binary' }), fc.string())),
      },
      { requiredKeys: ['default_provider'] },
    );
    await fc.assert(
      fc.asyncProperty(choice, async (sent) => {
        const { status } = await as('professional', PREFERENCES, 'PUT', sent);
        const choosesNothing = sent.default_provider === null && ['{}', undefined].includes(JSON.stringify(sent.default_models));
        expect({ sent, status }).toMatchObject({ status: choosesNothing ? 200 : 422 });
      }),
      { numRuns: 40 },
    );
  });
});
