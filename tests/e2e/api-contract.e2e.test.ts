import { randomUUID } from 'node:crypto';
import { ApiTokenList, ByokKeySaved, CredentialView, IssuedToken, KeyRingView, Problem, RotationView } from '@keyturn/contracts/api';
import { waitUntil } from '@keyturn/dev-stack';
import type { OpenApiContract } from '@keyturn/testkit/open-api';
import { createUser } from '@nats-io/nkeys';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { call, documentedContract, json, NOBODY } from './contract/call.ts';
import { describeBulkAnswers } from './contract/bulk-answers.ts';
import { describeAssistedAnswers } from './contract/assisted-answers.ts';
import { describeDecisionAnswers } from './contract/decision-answers.ts';
import { describeCredentialAnswers } from './contract/credential-answers.ts';
import { describeScheduleAnswers } from './contract/schedule-answers.ts';
import { untilSteady } from './support/admin.ts';
import { makeManagedRole } from './support/managed-role.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';
import { credentialPath, CREDENTIALS, rotationsPath } from './support/ask.ts';

const { credentialId, endpoints } = inject('stack');
let contract: OpenApiContract;

beforeAll(async () => {
  contract = await documentedContract();
});

describe('the document of the running gateway', () => {
  it('is valid', async () => expect(await contract.faults()).toEqual([]));

  it('has a page that shows it', async () => {
    const page = await fetch(`${endpoints.gatewayUrl}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self';");
    expect(html).not.toMatch(/(src|href)="https?:|<script>|<style>/);
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\/docs[^"]+)"/g)) {
      expect((await fetch(`${endpoints.gatewayUrl}${file}`)).status).toBe(200);
    }
  });
});

describe('every answer of the running gateway is as documented', () => {
  it.each([
    ['/healthz', 200],
    ['/readyz', 200],
    ['/openapi.json', 200],
    ['/api/v1/session', 200],
    ['/api/v1/sealing-keys', 200],
    ['/api/v1/events', 200],
    [`${CREDENTIALS}?search=orders&limit=1`, 200],
    [`${CREDENTIALS}?limit=0`, 422],
    [`${CREDENTIALS}?sort=colour`, 422],
    ['/api/v1/credential-types', 200],
    ['/api/v1/admin/environment-credentials', 200],
    [credentialPath(credentialId), 200],
    [`${CREDENTIALS}/export`, 200],
    [`${CREDENTIALS}/export?format=csv`, 200],
    [`${CREDENTIALS}/export?format=xlsx`, 422],
    [credentialPath(NOBODY), 404],
    [credentialPath('no-id'), 422],
    [`${credentialPath(credentialId)}/consumers`, 200],
    [`${credentialPath(credentialId)}/timeline?limit=5`, 200],
    [`${credentialPath(credentialId)}/timeline?order=newest&before=9&limit=5`, 200],
    [`${credentialPath(credentialId)}/timeline?before=0`, 422],
    ['/api/v1/audit/status', 200],
    ['/api/v1/audit/lost?limit=5', 200],
    ['/api/v1/audit/rebuild', 200],
    ['/api/v1/audit/entries?text=orders&from=2026-01-01&limit=5', 200],
    ['/api/v1/audit/entries?from=yesterday', 422],
    ['/api/v1/rotations?status=completed&limit=5', 200],
    ['/api/v1/rotations?status=lost', 422],
    ['/api/v1/stats', 200],
    ['/api/v1/audit/access?consumer=orders&limit=5', 200],
    ['/api/v1/audit/access?cursor=0', 422],
    ['/api/v1/admin/backups', 200],
    [`${CREDENTIALS}?llmProvider=openai&limit=1`, 200],
    [`${CREDENTIALS}?llmProvider=nobody`, 422],
    [`/api/v1/admin/backups/${NOBODY}`, 404],
    ['/api/v1/admin/restore', 200],
    ['/api/v1/admin/settings', 200],
    ['/api/v1/admin/consumers', 200],
    ['/api/v1/admin/consumers/orders', 200],
    ['/api/v1/admin/consumers/nobody', 404],
    [`${rotationsPath(credentialId)}?status=completed&limit=5`, 200],
    [`${rotationsPath(credentialId)}?status=lost`, 422],
    [`${rotationsPath(credentialId)}/4711`, 404],
    ['/auth/login', 302],
    ['/auth/callback?code=forged&state=forged', 400],
  ])('GET %s', async (path, status) => {
    expect((await call(path)).status).toBe(status);
  });

  it('PUT a consumer, with and without leave', async () => {
    const init = { method: 'PUT', body: JSON.stringify({ grants: [] }), headers: json };
    expect((await call('/api/v1/admin/consumers/contract', init)).status).toBe(200);
    const asOperator = { ...init, headers: { ...json, authorization: `Bearer ${endpoints.tokens.operator}` } };
    expect((await call('/api/v1/admin/consumers/contract', asOperator)).status).toBe(403);
  });

  describeCredentialAnswers();
  describeAssistedAnswers();
  describeBulkAnswers();
  describeScheduleAnswers();
  describeDecisionAnswers();

  it('PUT who a user of an older system is, once', async () => {
    const path = `/api/v1/admin/legacy-users/${encodeURIComponent(`user 0/${randomUUID()}`)}`;
    const map = (subject: string) =>
      call(path, { method: 'PUT', body: JSON.stringify({ issuer: 'https://sso.test', subject }), headers: json });
    expect(await (await call(path)).json()).toMatchObject({ issuer: null, subject: null });
    expect([(await map('ada')).status, (await map('ada')).status, (await map('bob')).status]).toEqual([200, 200, 409]);
    expect(await (await call(path)).json()).toMatchObject({ subject: 'ada' });
  });

  it('POST a value to compare: sealed for nothing, wrong, of no version, of nobody', async () => {
    const post = async (id: string, body: unknown) =>
      (await call(`${credentialPath(id)}/verify-value`, { method: 'POST', body: JSON.stringify(body), headers: json })).status;
    const secretFields = { password: 'not this one' };
    const sealed = { kind: 'hpke', sealingKeyId: 'a', enc: 'a', ciphertext: 'a', expiresAt: new Date().toISOString() };
    const { current } = CredentialView.parse(await (await call(credentialPath(credentialId))).json());
    expect([
      await post(credentialId, { version: current, secretFields }),
      await post(credentialId, { version: 4711, secretFields }),
      await post(NOBODY, { version: 1, secretFields }),
      await post(credentialId, { version: 1, sealed }),
      await post(credentialId, { version: 1 }),
    ]).toEqual([200, 404, 404, 400, 422]);
  });

  it('POST a rotation, while it is open, and of what cannot rotate', async () => {
    await untilSteady(credentialId);
    const post = (id: string, headers = {}) => call(rotationsPath(id), { method: 'POST', headers });
    const started = await post(credentialId);
    expect(started.status).toBe(202);
    const refused = [await post(credentialId), await post(NOBODY), await post(credentialId, { 'idempotency-key': ' ' })];
    const told = await Promise.all(refused.map(async (answer) => Problem.parse(await answer.json())));
    expect(told.map(({ status, code }) => `${status} ${code}`)).toEqual([
      '409 rotation-open',
      '404 credential-unknown',
      '400 idempotency-key-invalid',
    ]);
    expect((await call(started.headers.get('location') ?? '')).status).toBe(200);
    await untilSteady(credentialId);
  });

  it('POST a rollback, in time and too late', async () => {
    const { credentialId: own } = await makeManagedRole({ graceMs: 8_000 });
    const started = await call(rotationsPath(own), { method: 'POST' });
    const rotation = async () => RotationView.parse(await (await call(started.headers.get('location') ?? '')).json());
    expect(await waitUntil(async () => (await rotation()).canRollBack, { timeoutMs: 60_000 })).toBe(true);
    const rollBack = () =>
      call(`${credentialPath(own)}/rollback`, { method: 'POST', body: JSON.stringify({ reason: 'the contract' }), headers: json });
    expect((await rollBack()).status).toBe(202);
    await untilSteady(own);
    expect(await rotation()).toMatchObject({ status: 'completed', rolledBack: { reason: 'the contract' } });
    expect((await rollBack()).status).toBe(409);
  });

  it('POST, GET and DELETE an API token, and identities with it', async () => {
    const consumer = '/api/v1/admin/consumers/contract';
    await call(consumer, { method: 'PUT', body: JSON.stringify({ grants: [{ action: 'read', pattern: 'system.a.b' }] }), headers: json });
    const made = await call(`${consumer}/tokens`, { method: 'POST', body: '{}', headers: json });
    expect(made.status).toBe(201);
    const { token, tokenId } = IssuedToken.parse(await made.json());
    const identity = async (): Promise<number> => {
      const body = JSON.stringify({ consumer: 'contract', instance: 'a', publicKey: createUser().getPublicKey() });
      const headers = { ...json, authorization: `Bearer ${token}` };
      return (await call('/api/v1/subscribers/credentials', { method: 'POST', body, headers })).status;
    };
    expect(await identity()).toBe(200);
    const listed = async () =>
      ApiTokenList.parse(await (await call(`${consumer}/tokens`)).json()).items.find((one) => one.tokenId === tokenId);
    expect(await listed()).toMatchObject({ revokedAt: null });
    expect((await call(`${consumer}/tokens/${tokenId}`, { method: 'DELETE' })).status).toBe(204);
    expect(await listed()).toMatchObject({ revokedAt: expect.any(String) });
    expect(await identity()).toBe(401);
  });

  it('POST an API token twice under one key: the same token, made once', async () => {
    const consumer = '/api/v1/admin/consumers/contract';
    await call(consumer, { method: 'PUT', body: JSON.stringify({ grants: [] }), headers: json });
    const before = ApiTokenList.parse(await (await call(`${consumer}/tokens`)).json()).items.length;
    const key = randomUUID();
    const make = async (body: string) => {
      const made = await call(`${consumer}/tokens`, { method: 'POST', body, headers: { ...json, 'idempotency-key': key } });
      return { status: made.status, body: await made.json() };
    };
    const first = await make('{}');
    expect(first.status).toBe(201);
    expect(await make('{}')).toEqual(first);
    expect(await make('{"expiresInDays":1}')).toMatchObject({ status: 409, body: { code: 'command-reused' } });
    expect(ApiTokenList.parse(await (await call(`${consumer}/tokens`)).json()).items).toHaveLength(before + 1);
  });

  it('POST the end of all sessions, which needs one, and DELETE those of another person', async () => {
    expect((await call('/auth/sign-out-everywhere', { method: 'POST' })).status).toBe(401);
    const path = '/api/v1/admin/people/nobody-in-particular/sessions';
    expect((await call(path, { method: 'DELETE' })).status).toBe(204);
    const asOperator = { authorization: `Bearer ${endpoints.tokens.operator}` };
    expect((await call(path, { method: 'DELETE', headers: asOperator })).status).toBe(403);
  });

  it('GET the key ring, and POST what changes it', async () => {
    const ring = '/api/v1/keyring';
    const { keys } = KeyRingView.parse(await (await call(ring)).json());
    const active = keys.find(({ state }) => state === 'active')?.kekId ?? '';
    const unknown = 'kek-0000000000000000';
    const post = async (path: string, body?: object, headers = {}) => {
      const sent = body === undefined ? { headers } : { headers: { ...json, ...headers }, body: JSON.stringify(body) };
      const answer = await call(`${ring}${path}`, { method: 'POST', ...sent });
      return [answer.status, await answer.json()];
    };
    expect(await post('/keys', { kekId: active })).toEqual([201, { kekId: active, state: 'active' }]);
    expect(await post('/keys', { kekId: unknown })).toMatchObject([404, { code: 'kek-unknown' }]);
    expect(await post(`/keys/${active}/activate`)).toEqual([200, { kekId: active, state: 'active' }]);
    expect(await post(`/keys/${unknown}/activate`)).toMatchObject([404, { code: 'kek-unknown' }]);
    expect(await post(`/keys/${active}/retire`)).toMatchObject([409, { code: 'kek-not-retiring' }]);
    expect(await post('/rewrap')).toMatchObject([202, { kekId: active, totalCredentials: 0 }]);
    expect(await post('/rotate', { kekId: unknown })).toMatchObject([404, { code: 'kek-unknown' }]);
    expect(await post('/rotate', { kekId: active })).toMatchObject([202, { kekId: active, totalCredentials: 0 }]);
    expect(await post('/rewrap', undefined, { authorization: `Bearer ${endpoints.tokens.operator}` })).toMatchObject([
      403,
      { code: 'role-missing' },
    ]);
  });

  it('POST a rebuild of the entries, and by who may not', async () => {
    const asOperator = { headers: { authorization: `Bearer ${endpoints.tokens.operator}` } };
    expect((await call('/api/v1/audit/rebuild', { method: 'POST' })).status).toBe(202);
    expect((await call('/api/v1/audit/rebuild', { method: 'POST', ...asOperator })).status).toBe(403);
  });

  it('POST a backup where its folder is not there, and the release of a log that was not restored', async () => {
    const post = (path: string, body?: unknown) => call(path, { method: 'POST', headers: json, body: JSON.stringify(body ?? {}) });
    expect(Problem.parse(await (await post('/api/v1/admin/backups')).json()).type).toMatch(/backup-unconfigured$/);
    expect((await post('/api/v1/admin/restore/publish', { reason: 'nothing is held' })).status).toBe(409);
  });

  it('keep a key of one’s own, by both paths', async () => {
    const own = { ...json, authorization: `Bearer ${endpoints.tokens.professional}` };
    const at = async (method: string, path: string, body?: object): Promise<number> =>
      (await call(`/api/v1${path}`, { method, headers: own, ...(body && { body: JSON.stringify(body) }) })).status;
    const key = { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Contract' };
    for (const path of ['/byok/providers', '/byok/keys', '/byok/stats', '/auth/byok/keys']) expect(await at('GET', path)).toBe(200);
    const added = await call('/api/v1/byok/keys/add', { method: 'POST', headers: own, body: JSON.stringify(key) });
    const { key_id } = ByokKeySaved.parse(await added.json()).key;
    expect(await at('POST', '/auth/byok/keys', { ...key, label: 'Another' })).toBe(201);
    const seen = (await call(`/api/v1/byok/keys/openai?key_id=${key_id}`, { headers: own })).headers.get('etag') ?? '';
    const patch = (label: string) =>
      call(`/api/v1/byok/keys/openai?key_id=${key_id}`, {
        method: 'PATCH',
        headers: { ...own, 'if-match': seen },
        body: JSON.stringify({ label }),
      });
    expect([(await patch('Renamed')).status, (await patch('Renamed by who came late')).status]).toEqual([200, 412]);
    expect(await at('GET', '/byok/keys/anthropic')).toBe(404);
    expect(await at('POST', `/byok/keys/reveal/openai?key_id=${key_id}`, { reason: 'for the contract' })).toBe(200);
    expect([200, 202]).toContain(await at('POST', `/byok/keys/test/openai?key_id=${key_id}`));
    expect([200, 202]).toContain(await at('POST', `/auth/byok/keys/${key_id}/test`));
    expect(await at('DELETE', `/auth/byok/keys/${key_id}`)).toBe(200);
    expect(await at('DELETE', '/byok/keys/openai')).toBe(200);
    expect(await at('DELETE', '/byok/keys/openai')).toBe(404);
    const free = { ...json, authorization: `Bearer ${endpoints.tokens.free}` };
    expect((await call('/api/v1/byok/keys/add', { method: 'POST', headers: free, body: JSON.stringify(key) })).status).toBe(403);
  });

  it('GET what a program resolves, and not with a person’s token', async () => {
    const resolve = (service: string) => `/api/v1/credentials/resolve?service=${service}&credential_type=generic&consumer=contract`;
    const consumer = '/api/v1/admin/consumers/contract';
    const grants = [{ action: 'read', pattern: 'system.resolved.*' }];
    await call(consumer, { method: 'PUT', body: JSON.stringify({ grants }), headers: json });
    const value = { address: 'system.resolved.value', credentialType: 'generic', publicFields: {}, secretFields: { token: 'resolved' } };
    expect((await call(CREDENTIALS, { method: 'POST', body: JSON.stringify(value), headers: json })).status).toBe(201);
    const { token } = IssuedToken.parse(await (await call(`${consumer}/tokens`, { method: 'POST', body: '{}', headers: json })).json());
    const headers = { authorization: `Bearer ${token}` };
    expect((await call(resolve('resolved'), { headers })).status).toBe(200);
    expect((await call(resolve('nobodys'), { headers })).status).toBe(404);
    expect((await call(resolve('resolved'))).status).toBe(403);
  });

  it('choose language models, for oneself and for all', async () => {
    const choice = JSON.stringify({ default_provider: 'cohere', default_models: { cohere: 'command-a' } });
    for (const path of ['/api/v1/llm/preferences', '/api/v1/admin/llm/defaults']) {
      expect((await call(path, { method: 'PUT', body: choice, headers: json })).status).toBe(200);
      expect((await call(path)).status).toBe(200);
      expect((await call(path, { method: 'PUT', body: '{"default_provider":"x"}', headers: json })).status).toBe(422);
    }
    expect((await call('/api/v1/llm/config')).status).toBe(404);
    const mine = { authorization: `Bearer ${endpoints.tokens.professional}` };
    const key = { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Model' };
    await call('/api/v1/byok/keys/add', { method: 'POST', headers: { ...json, ...mine }, body: JSON.stringify(key) });
    expect((await call('/api/v1/llm/config?model=gpt-5', { headers: mine })).status).toBe(200);
    await call('/api/v1/byok/keys/openai', { method: 'DELETE', headers: mine });
    expect((await call('/api/v1/llm/preferences', { method: 'DELETE' })).status).toBe(204);
    expect((await call('/api/v1/admin/llm/defaults', { method: 'PUT', body: '{}', headers: json })).status).toBe(200);
  });

  it('keep an execution server, and say which one is used', async () => {
    const servers = '/api/v1/execution-servers';
    const body = JSON.stringify({ name: 'Contract', base_url: 'https://brigade.example.com' });
    expect((await call(`${servers}/resolve`)).status).toBe(404);
    expect((await call(`${servers}/contract`, { method: 'PUT', body, headers: json })).status).toBe(200);
    for (const path of [servers, `${servers}?scope=system`, `${servers}/contract`, `${servers}/resolve`]) {
      expect((await call(path)).status).toBe(200);
    }
    expect((await call(`${servers}?scope=theirs`)).status).toBe(422);
    expect((await call(`${servers}/contract`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`${servers}/contract`, { method: 'DELETE' })).status).toBe(404);
  });

  it.each([
    ['/api/v1/admin/consumers/contract-seen', { grants: [] }, { grants: [], owner: 'somebody' }],
    ['/api/v1/llm/preferences', { default_provider: 'cohere' }, { default_provider: 'openai' }],
    ['/api/v1/admin/llm/defaults', { default_provider: 'cohere' }, { default_provider: 'openai' }],
    ['/api/v1/execution-servers/contract-seen', { name: 'One', base_url: 'https://a.test' }, { name: 'Two', base_url: 'https://a.test' }],
  ])('PUT %s only for whoever saw it as it is', async (path, first, second) => {
    const put = async (body: object, etag: string) => {
      const answer = await call(path, { method: 'PUT', body: JSON.stringify(body), headers: { ...json, 'if-match': etag } });
      return [answer.status, ((await answer.json()) as { code?: string }).code];
    };
    expect((await put(first, '*'))[0]).toBe(200);
    const seen = (await call(path)).headers.get('etag') ?? '';
    expect(await put(second, '"none"')).toEqual([412, 'resource-changed']); // as of what isn't there
    expect(await put(second, seen)).toEqual([200, undefined]);
    expect(await put(first, seen)).toEqual([412, 'resource-changed']);
    expect((await call(path)).headers.get('etag')).not.toBe(seen);
    const bare = { method: 'PUT', body: JSON.stringify(first), headers: { ...json, authorization: `Bearer ${endpoints.tokens.admin}` } };
    expect((await fetch(`${endpoints.gatewayUrl}${path}`, bare)).status).toBe(428);
  });

  it.each(['/api/v1/llm/preferences', '/api/v1/execution-servers/contract-seen'])(
    'DELETE %s likewise, and clear the defaults',
    async (path) => {
      expect((await call(path, { method: 'DELETE', headers: { 'if-match': '"of-before"' } })).status).toBe(412);
      expect((await call(path, { method: 'DELETE' })).status).toBe(204);
      expect((await call('/api/v1/admin/llm/defaults', { method: 'PUT', body: '{}', headers: json })).status).toBe(200);
    },
  );

  it('POST the end of a session', async () => {
    expect((await call('/auth/logout', { method: 'POST' })).status).toBe(200);
  });

  it.each([
    ['no token', '', 401],
    ['a forged token', 'Bearer forged', 401],
    ['a token without a role for it', `Bearer ${endpoints.tokens.free}`, 403],
  ])('not let in with %s', async (_what, authorization, status) => {
    const paths = [CREDENTIALS, credentialPath(credentialId), ...(status === 401 ? ['/api/v1/events'] : [])];
    for (const path of paths) {
      expect((await call(path, { headers: { authorization } })).status).toBe(status);
    }
  });
});

// After all the others: what they have asked by then.
it('leaves no operation out', () => {
  // The return from the provider needs a browser that came from there; the gateway's own tests hold it against the document.
  // So does a session, without which nobody signs out everywhere.
  // A KEK retires once another one is active, which somebody has to put into the file on the vault's host: the test of the key ring has it.
  // A backup needs a folder on the vault's host, which this stack has not: the restore fault has one, and holds its answers against the document too.
  // A force ends a rotation that is held past its deadline: the tests of decisions have one. A release by hand needs a restore that waits for it.
  // Only what was replaced by hand can be settled: the test of that settles one, and holds the answer against the document.
  const elsewhere = [
    'settleLeftover',
    'forceRotation',
    'retireKek',
    'startBackup',
    'readBackup',
    'publishRestored',
    'finishSignIn',
    'signOutEverywhere',
  ];
  expect(contract.unexercised()).toEqual(elsewhere);
});
