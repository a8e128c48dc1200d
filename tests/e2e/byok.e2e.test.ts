import { randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import {
  AddByokKeyBody,
  type ByokKey,
  ByokKeyList,
  ByokKeySaved,
  ByokProviderList,
  ByokStats,
  CredentialView,
  IssuedToken,
  Session,
} from '@keyturn/contracts/api';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { OPENAI_KEYS } from './support/openai-keys.ts';
import { ask, CREDENTIALS, credentialPath, expectProblem } from './support/ask.ts';

const { endpoints, openAiUrl } = inject('stack');
const { tokens, oidcIssuer } = endpoints;
type Account = keyof typeof tokens;

const BYOK = '/api/v1/byok';
const OLDER = '/api/v1/auth/byok/keys';
const WORK = { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Work' };

const as = (account: Account, path: string, method = 'GET', body?: unknown) =>
  ask(path, { method, token: tokens[account], ...(body === undefined ? {} : { body }) });
const add = (account: Account, body: unknown, path = `${BYOK}/keys/add`) => as(account, path, 'POST', body);
const keysOf = async (account: Account): Promise<ByokKey[]> => ByokKeyList.parse((await as(account, `${BYOK}/keys`)).json).keys;

/** Whatever a test or the one before it left. */
const removeAll = async (account: Account): Promise<void> => {
  for (const { key_id } of await keysOf(account)) expect((await as(account, `${OLDER}/${key_id}`, 'DELETE')).status).toBe(200);
};
afterAll(async () => {
  await removeAll('professional');
  await removeAll('admin');
});

describe('a key of one’s own', () => {
  it('is tried before it is saved, and nothing of it is kept', async () => {
    const before = await keysOf('professional');
    const tried = await as('professional', `${BYOK}/keys/test/openai`, 'POST', { api_key: OPENAI_KEYS[0], endpoint: openAiUrl });
    expect([tried.status, tried.json]).toMatchObject([200, { key_id: null, provider: 'openai', test_status: 'valid' }]);
    const wrong = await as('professional', `${BYOK}/keys/test/openai`, 'POST', { api_key: 'sk-nobodys-0123456789', endpoint: openAiUrl });
    expect([wrong.status, wrong.json]).toMatchObject([200, { test_status: 'invalid' }]);
    expectProblem(await as('free', `${BYOK}/keys/test/openai`, 'POST', { api_key: OPENAI_KEYS[0] }), 403, 'tier-too-low');
    expect(await keysOf('professional')).toEqual(before);
  });

  it('is added, shown masked, changed, tested and deleted by whoever brought it', async () => {
    const added = await add('professional', WORK);
    expect({ status: added.status, body: added.text }).toMatchObject({ status: 201 });
    expect(added.text).not.toContain(WORK.api_key);
    const { key } = ByokKeySaved.parse(added.json);
    expect(key).toMatchObject({ provider: 'openai', name: 'work', label: 'Work', enabled: true, is_default: true, endpoint: null });
    const [listed] = await keysOf('professional');
    expect(listed).toMatchObject({ key_id: key.key_id, key_preview: 'sk-proj...1111', usage: { reveals: 0, by_day: [] } });

    const { providers } = ByokProviderList.parse((await as('professional', `${BYOK}/providers`)).json);
    expect(providers.find(({ id }) => id === 'openai')).toEqual({ id: 'openai', name: 'OpenAI', key_format: 'sk-…', configured: true });
    expect(providers.find(({ id }) => id === 'cohere')?.configured).toBe(false);

    const off = await as('professional', `${BYOK}/keys/openai`, 'PATCH', { label: 'At work', enabled: false });
    expect(off.status).toBe(200);
    expect((await keysOf('professional'))[0]).toMatchObject({ label: 'At work', enabled: false });
    const on = await as('professional', `${BYOK}/keys/openai`, 'PATCH', { enabled: true, endpoint: openAiUrl });
    expect({ status: on.status, body: on.text }).toMatchObject({ status: 200 });
    expect((await keysOf('professional'))[0]).toMatchObject({ enabled: true, endpoint: openAiUrl });
    expect(ByokStats.parse((await as('professional', `${BYOK}/stats`)).json)).toMatchObject({ total_keys: 1, enabled_keys: 1 });

    const tested = await as('professional', `${BYOK}/keys/test/openai`, 'POST');
    const byOlderPath = await as('professional', `${OLDER}/${key.key_id}/test`, 'POST');
    expect(byOlderPath.status).toBe(tested.status);
    expect([200, 202]).toContain(tested.status);
    expect(tested.json).toMatchObject({ key_id: key.key_id });

    expect((await as('professional', `${BYOK}/keys/openai`, 'DELETE')).json).toMatchObject({ key_id: key.key_id, status: 'deleted' });
    expect(await keysOf('professional')).toEqual([]);
    expectProblem(await as('professional', `${BYOK}/keys/openai`, 'DELETE'), 404, 'credential-unknown');
  });

  it('is one of several of its provider, with a default that can be another', async () => {
    const work = ByokKeySaved.parse((await add('professional', WORK)).json).key;
    const home = ByokKeySaved.parse((await add('professional', { ...WORK, label: 'Home' }, OLDER)).json).key;
    expect([work.is_default, home.is_default]).toEqual([true, false]);
    const marked = await as('professional', `${BYOK}/keys/openai?key_id=${home.key_id}`, 'PATCH', { is_default: true });
    expect(ByokKeySaved.parse(marked.json).key.is_default).toBe(true);
    const listed = await keysOf('professional');
    expect(listed.map(({ name, is_default }) => [name, is_default])).toEqual([
      ['home', true],
      ['work', false],
    ]);
    expect(ByokKeyList.parse((await as('professional', OLDER)).json).keys).toEqual(listed);
    await removeAll('professional');
  });

  it('gets a new value when it is added again, and a repeat under its key adds nothing', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const sent = { method: 'POST', token: tokens.professional, body: WORK, headers };
    const first = ByokKeySaved.parse((await ask(`${BYOK}/keys/add`, sent)).json);
    expect(ByokKeySaved.parse((await ask(`${BYOK}/keys/add`, sent)).json).key.key_id).toBe(first.key.key_id);
    const again = ByokKeySaved.parse((await add('professional', { ...WORK, api_key: OPENAI_KEYS[1] })).json);
    expect(again.key).toMatchObject({ key_id: first.key.key_id, key_preview: 'sk-proj...2222' });
    expect(await keysOf('professional')).toHaveLength(1);
    await removeAll('professional');
  });

  it('is deleted once by a request that is sent again, and not by its provider where there are several', async () => {
    await add('professional', WORK);
    const sent = { method: 'DELETE', token: tokens.professional, headers: { 'idempotency-key': randomUUID() } };
    const first = await ask(`${BYOK}/keys/openai`, sent);
    const next = ByokKeySaved.parse((await add('professional', { ...WORK, label: 'Next' })).json).key;
    const again = await ask(`${BYOK}/keys/openai`, sent);
    expect([first.status, again.status, again.json]).toEqual([200, 200, first.json]);
    expect((await keysOf('professional')).map(({ key_id }) => key_id)).toEqual([next.key_id]);
    await add('professional', WORK);
    const refused = expectProblem(await as('professional', `${BYOK}/keys/openai`, 'DELETE'), 409, 'credential-ambiguous');
    expect(refused.detail).toBe('There are several of openai: say which one is to be deleted.');
    const byId = { ...sent, headers: { 'idempotency-key': randomUUID() } };
    const path = `${BYOK}/keys/openai?key_id=${next.key_id}`;
    expect([(await ask(path, byId)).json, (await ask(path, byId)).status]).toEqual([expect.objectContaining({ key_id: next.key_id }), 200]);
    expect(await keysOf('professional')).toHaveLength(1);
    await removeAll('professional');
  });

  it('gets the same answer to an addition that is sent again, also when another came in between', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const sent = { method: 'POST', token: tokens.professional, body: WORK, headers };
    const first = ByokKeySaved.parse((await ask(`${BYOK}/keys/add`, sent)).json);
    await add('professional', { ...WORK, label: 'Home' });
    const again = await ask(`${BYOK}/keys/add`, sent);
    expect({ status: again.status, body: again.json }).toMatchObject({
      status: 201,
      body: { key: { key_id: first.key.key_id, is_default: true } },
    });
    await removeAll('professional');
  });

  it('needs a plan that has it', async () => {
    const refused = expectProblem(await add('free', WORK), 403, 'tier-too-low');
    expect(refused.detail).toMatch(/upgrade/);
    expect(await keysOf('free')).toEqual([]);
  });

  it('is brought by nobody who only reads', async () => {
    expectProblem(await add('auditor', WORK), 403, 'role-missing');
    expect((await as('auditor', `${BYOK}/keys`)).status).toBe(200);
  });
});

const OTHERS = [
  ['free', 403, 'not-allowed'],
  ['operator', 404, 'credential-unknown'],
  ['admin', 404, 'credential-unknown'],
] as const;

describe('somebody else’s key', () => {
  it('is nobody’s to see, test, change or delete by the paths of one’s own', async () => {
    const { key_id } = ByokKeySaved.parse((await add('professional', WORK)).json).key;
    for (const [account, status, code] of OTHERS) {
      expectProblem(await as(account, `${OLDER}/${key_id}`, 'DELETE'), status, code);
      expectProblem(await as(account, `${OLDER}/${key_id}/test`, 'POST'), status, code);
      expectProblem(await as(account, `${BYOK}/keys/openai?key_id=${key_id}`, 'PATCH', { enabled: false }), status, code);
      expect((await keysOf(account)).some((key) => key.key_id === key_id)).toBe(false);
    }
    expect((await keysOf('professional'))[0]).toMatchObject({ key_id, enabled: true });
  });

  it('is listed, disabled and deleted by an admin, and revealed to none', async () => {
    const [key] = await keysOf('professional');
    const path = credentialPath(key?.key_id ?? '');
    const seen = CredentialView.parse((await as('admin', path)).json);
    expect((await as('auditor', path)).status).toBe(200);
    expectProblem(await as('professional', path), 403, 'role-missing');
    expect((await as('admin', `${CREDENTIALS}?scope=${seen.address.split('.')[0]}`)).json).toMatchObject({ total: 1 });
    const revealed = await as('admin', `${path}/reveal`, 'POST', { reason: 'a look' });
    expectProblem(revealed, 403, 'not-revealable');
    expect((await as('admin', path, 'PATCH', { enabled: false, reason: 'a leak is suspected' })).status).toBe(200);
    expect((await keysOf('professional'))[0]?.enabled).toBe(false);
    const end = { confirm: seen.address, reason: 'leaked', leftAliveBecause: 'its owner revokes it' };
    expectProblem(await as('operator', path, 'DELETE', end), 403, 'role-missing');
    expect((await as('admin', path, 'DELETE', end)).status).toBe(200);
    expect(await keysOf('professional')).toEqual([]);
  });
});

describe('a program that resolves', () => {
  const RESOLVE = '/api/v1/credentials/resolve?service=openai&credential_type=user_api_key';
  const consumer = 'byok-reader';
  const tokenOf = async (grants: readonly object[]): Promise<string> => {
    expect((await as('admin', `/api/v1/admin/consumers/${consumer}`, 'PUT', { grants })).status).toBeLessThan(300);
    return IssuedToken.parse((await as('admin', `/api/v1/admin/consumers/${consumer}/tokens`, 'POST', {})).json).token;
  };

  it('gets the user’s own key with its source, by its grant, and the use is counted', async () => {
    const { key_id } = ByokKeySaved.parse((await add('professional', WORK)).json).key;
    const { id } = Session.parse((await as('professional', '/api/v1/session')).json);
    const named = `${RESOLVE}&consumer=${consumer}&user_issuer=${encodeURIComponent(oidcIssuer)}&user_subject=${id}`;
    const path = `${RESOLVE}&consumer=${consumer}`;
    const headers = { 'x-on-behalf-of': `Bearer ${tokens.professional}` };
    const token = await tokenOf([{ action: 'read', pattern: '*.openai.*' }]);
    expectProblem(await ask(named, { token }), 403, 'user-not-shown');
    const resolved = await ask(path, { token, headers });
    expect(resolved).toMatchObject({ status: 200, json: { source: 'user', credential_id: key_id, fields: { apiKey: WORK.api_key } } });
    expect(resolved.headers.get('cache-control')).toBe('no-store');
    const isCounted = async () => (await keysOf('professional'))[0]?.usage.resolutions === 1;
    await waitUntil(isCounted, { timeoutMs: 20_000 });
    expect(await isCounted()).toBe(true);
    expect(ByokStats.parse((await as('professional', `${BYOK}/stats`)).json).usage).toMatchObject({ reveals: 0, resolutions: 1 });

    expectProblem(await ask(`${RESOLVE}&consumer=${consumer}`, { token }), 404, 'nothing-to-resolve');
    expectProblem(await ask(`${RESOLVE}&consumer=${consumer}&user_subject=${id}`, { token }), 422, 'request-invalid');
    expectProblem(await ask(path, { token: tokens.admin }), 403, 'consumer-claim-missing');
    expectProblem(await ask(path, { token: null }), 401, 'unauthenticated');
    const narrow = await tokenOf([{ action: 'read', pattern: 'system.openai.*' }]);
    const refused = await ask(path, { token: narrow, headers });
    expectProblem(refused, 403, 'grant-missing');
    expect(refused.text).not.toContain(WORK.api_key);
    await removeAll('professional');
  });
});

describe('bad input', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('', '\0', '\ud800', '‮sk-', '../x', 'sk-'.repeat(2000)),
  );
  const junk = fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 2 }),
    fc.jsonValue({ maxDepth: 4 }),
  );
  const body = fc.record(
    Object.fromEntries(
      Object.keys(AddByokKeyBody.shape).map((name) => [name, name === 'provider' ? fc.oneof(fc.constant('openai'), junk) : junk]),
    ),
    { requiredKeys: [] },
  );
  const attempts = [
    ['POST', `${BYOK}/keys/add`],
    ['POST', OLDER],
    ['PATCH', `${BYOK}/keys/openai`],
  ] as const;

  it.each(attempts)('of %s %s is a 4xx with a code, and echoes nothing', async (method, path) => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await as('free', path, method, sent);
        expect({ sent, status: answer.status, body: answer.text }).toMatchObject({
          status: expect.toSatisfy((s: number) => s >= 400 && s < 500),
        });
        expect(answer.json).toMatchObject({ code: expect.any(String) });
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [`${BYOK}/keys/test/nobody`, 'POST', 422],
    [`${BYOK}/keys/openai%2F..`, 'DELETE', 422],
    [`${BYOK}/keys/openai?key_id=1`, 'DELETE', 422],
    [`${OLDER}/1`, 'DELETE', 422],
    [`${BYOK}/keys?limit=9999`, 'GET', 422],
    [`${BYOK}/keys?cursor=${'x'.repeat(2_001)}`, 'GET', 422],
  ])('in the address %s', async (path, method, status) => {
    const answer = await as('professional', path, method);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ code: 'request-invalid' });
  });

  it('that is another provider’s key is named so', async () => {
    const answer = await add('professional', { provider: 'openai', api_key: 'sk-ant-0123456789abcdef' });
    expectProblem(answer, 422, 'fields-invalid');
    expect(answer.text).not.toContain('0123456789abcdef');
  });
});
