import { randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clientFor, clientOf, good } from './client/keyturn-client.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';

// A client that knows only /openapi.json: its types are generated from it, and openapi-fetch sends the requests.

const { credentialId: ordersId } = inject('stack');
const admin = clientOf('admin');
const tag = randomUUID().slice(0, 8);
const role = `client_${tag}`;
const [first, second] = [`first-${randomUUID()}`, `second-${randomUUID()}`];
const address = `system.postgres.client-${tag}`;
const TIME = { timeoutMs: 60_000 };

const get = async (credentialId: string) => {
  const answer = await admin.GET('/api/v1/admin/credentials/{credentialId}', { params: { path: { credentialId } } });
  return { ...good(answer), etag: answer.response.headers.get('etag') ?? '' };
};

describe('a credential, by a generated client', () => {
  let credentialId: string;
  const path = () => ({ credentialId });

  beforeAll(async () => {
    const { issuer, publicFields } = await get(ordersId);
    const { publicFields: issuing } = await get(issuer ?? '');
    await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${first}'`);
    await inOrders(`GRANT ${role} TO ${issuing['username']} WITH ADMIN TRUE`);
    const body = {
      address,
      credentialType: 'database_password' as const,
      publicFields: { ...publicFields, username: role },
      secretFields: { password: first },
      issuer,
      policy: { preflightMs: 0, graceMs: 20_000, evidenceEveryMs: 1_000, soakMs: 0 },
    };
    ({ credentialId } = good(await admin.POST('/api/v1/admin/credentials', { body })) as { credentialId: string });
  });
  afterAll(async () => {
    const ending = { confirm: address, reason: 'the test is over', leftAliveBecause: 'the test removes the role' };
    const params = { path: path(), header: { 'If-Match': '*' } };
    good(await admin.DELETE('/api/v1/admin/credentials/{credentialId}', { params, body: ending }));
    await inOrders(`DROP ROLE IF EXISTS ${role}_kt1`);
    await inOrders(`DROP ROLE ${role}`);
  });

  it('is found in the list, read masked, and revealed for a reason', async () => {
    const listed = good(await admin.GET('/api/v1/admin/credentials', { params: { query: { search: `client-${tag}` } } }));
    expect(listed.items.map((item) => [item.credentialId, item.address])).toEqual([[credentialId, address]]);
    const read = await get(credentialId);
    expect(read).toMatchObject({ current: 1, versions: [{ version: 1, status: 'current', masks: { password: '••••••' } }] });
    expect(JSON.stringify(read)).not.toContain(first);
    const reveal = { params: { path: path() }, body: { reason: 'the generated client looks' } };
    const shown = good(await admin.POST('/api/v1/admin/credentials/{credentialId}/reveal', reveal));
    expect(shown).toMatchObject({ version: 1, fields: { password: first } });
  });

  it('takes a new value, tested first, and only from who saw it as it is', async () => {
    const { etag } = await get(credentialId);
    await inOrders(`ALTER ROLE ${role} PASSWORD '${second}'`);
    const bring = (ifMatch: string) =>
      admin.POST('/api/v1/admin/credentials/{credentialId}/versions', {
        params: { path: path(), header: { 'If-Match': ifMatch } },
        body: { secretFields: { password: second } },
      });
    expect(good(await bring(etag))).toMatchObject({ version: 2, status: 'committed' });
    const late = await bring(etag);
    expect([late.response.status, late.error]).toMatchObject([412, { code: 'credential-changed' }]);
    const tested = await admin.POST('/api/v1/admin/credentials/{credentialId}/test', { params: { path: path() } });
    expect(good(tested)).toMatchObject({ test: { version: 2, verdict: 'valid' } });
  });

  it('is rotated, watched until its commit by stream and by polling, and rolled back', async () => {
    const stop = new AbortController();
    const stream = await admin.GET('/api/v1/events', {
      params: { query: { credentialId } },
      parseAs: 'stream',
      signal: stop.signal,
    });
    const { epoch } = good(
      await admin.POST('/api/v1/admin/credentials/{credentialId}/rotations', {
        params: { path: path(), header: { 'Idempotency-Key': randomUUID() } },
        body: { note: 'by a generated client' },
      }),
    );
    const one = { path: { credentialId, epoch } };
    const rotation = async () => good(await admin.GET('/api/v1/admin/credentials/{credentialId}/rotations/{epoch}', { params: one }));
    await expect.poll(rotation, { timeout: 30_000 }).toMatchObject({ canRollBack: true });
    expect(await heard(stream.data, 'credential.rotated')).toBe(true);
    stop.abort();
    expect(await rotation()).toMatchObject({ status: 'open', note: 'by a generated client', from: 2, to: 3 });
    expect((await get(credentialId)).current).toBe(3);

    const { etag } = await get(credentialId);
    const params = { path: path(), header: { 'If-Match': etag } };
    const back = { params, body: { reason: 'the test says so' } };
    expect((await admin.POST('/api/v1/admin/credentials/{credentialId}/rollback', back)).response.status).toBe(202);
    expect(await waitUntil(async () => (await rotation()).status !== 'open', TIME)).toBe(true);
    expect(await get(credentialId)).toMatchObject({ current: 2, openEpoch: null });
    expect(await logsIn(role, second)).toBe(true);
  });

  it('is taken away in a file without its secret, which is recorded', async () => {
    const file = good(await admin.GET('/api/v1/admin/credentials/export', { params: { query: { format: 'json' } } }));
    expect(file).toContainEqual(expect.objectContaining({ address }));
    expect(JSON.stringify(file)).not.toMatch(/first-|second-/u);
    const params = { query: { text: 'took away what is known of', person: 'admin' } };
    const told = async () => good(await admin.GET('/api/v1/audit/entries', { params })).items;
    expect(await waitUntil(async () => (await told()).length > 0, TIME)).toBe(true);
    expect((await told())[0]).toMatchObject({ type: 'credentials.exported', credentialId: null });
  });

  it('is found in what happened, and in who had the secret', async () => {
    const params = { query: { credentialId, text: 'rolled', limit: 20 } };
    const found = async () => good(await admin.GET('/api/v1/audit/entries', { params })).items;
    expect(await waitUntil(async () => (await found()).length > 0, TIME)).toBe(true);
    const access = good(await admin.GET('/api/v1/audit/access', { params: { query: { credentialId } } }));
    expect(access.items).toContainEqual(expect.objectContaining({ what: 'revealed', why: 'the generated client looks' }));
    const rotations = good(await admin.GET('/api/v1/rotations', { params: { query: { credentialId } } }));
    expect(rotations.items).toMatchObject([{ epoch: 1 }]);
  });
});

/** Reads the stream until it tells of this. */
const heard = async (stream: ReadableStream<Uint8Array> | null | undefined, type: string): Promise<boolean> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(`"type":"${type}"`)) return true;
  }
  return false;
};

describe('a consumer, by a generated client', () => {
  const name = `client-${tag}`;
  const service = `client-${tag}`;
  const token = `generic-${randomUUID()}`;

  it('is registered, given a token, resolves what its grant covers, and nothing once the token is revoked', async () => {
    const short = { service, credential_type: 'generic', secret: token, name: 'main' };
    const added = good(await admin.POST('/api/v1/admin/credentials', { body: short }));
    expect(added).toMatchObject({ message: 'The credential is added.', masked_value: '••••••', address: `system.${service}.main` });
    const grants = [{ action: 'read' as const, pattern: `system.${service}.*` }];
    const params = { path: { name }, header: { 'If-Match': '*' } };
    good(await admin.PUT('/api/v1/admin/consumers/{name}', { params, body: { grants, owner: 'the tests' } }));
    expect(good(await admin.GET('/api/v1/admin/consumers')).items).toContainEqual(expect.objectContaining({ consumer: name, grants }));
    const issued = good(
      await admin.POST('/api/v1/admin/consumers/{name}/tokens', { params: { path: { name } }, body: { expiresInDays: 1 } }),
    );

    const resolve = () =>
      clientFor(issued.token).GET('/api/v1/credentials/resolve', {
        params: { query: { service, credential_type: 'generic', consumer: name } },
      });
    expect(good(await resolve())).toMatchObject({ source: 'system', address: `system.${service}.main`, fields: { value: token } });
    const [kept] = good(await admin.GET('/api/v1/admin/consumers/{name}/tokens', { params: { path: { name } } })).items;
    expect(kept).toMatchObject({ tokenId: issued.tokenId, lastUsedAt: expect.any(String) });
    const one = { path: { name, tokenId: issued.tokenId } };
    expect((await admin.DELETE('/api/v1/admin/consumers/{name}/tokens/{tokenId}', { params: one })).response.status).toBe(204);
    expect((await resolve()).response.status).toBe(401);
  });
});

describe('a key of one’s own, by a generated client', () => {
  it('is added, listed, tested, changed and deleted', async () => {
    const own = clientOf('admin2');
    const added = good(await own.POST('/api/v1/byok/keys/add', { body: { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Client' } }));
    expect(added.key).toMatchObject({ provider: 'openai', label: 'Client', key_preview: 'sk-proj...1111', test_status: 'valid' });
    expect(good(await own.GET('/api/v1/byok/keys')).keys).toMatchObject([{ key_id: added.key.key_id }]);
    expect(good(await own.GET('/api/v1/byok/providers')).providers).toContainEqual(
      expect.objectContaining({ id: 'openai', configured: true }),
    );
    const params = { path: { provider: 'openai' as const } };
    expect(good(await own.POST('/api/v1/byok/keys/test/{provider}', { params, body: {} }))).toMatchObject({ test_status: 'valid' });
    const changed = good(await own.PATCH('/api/v1/byok/keys/{provider}', { params, body: { api_key: OPENAI_KEYS[1], label: 'Other' } }));
    expect(changed.key).toMatchObject({ label: 'Other', key_preview: 'sk-proj...2222' });
    expect(good(await own.GET('/api/v1/llm/config'))).toMatchObject({ provider: 'openai', is_byok: true });
    expect((await own.DELETE('/api/v1/byok/keys/{provider}', { params })).response.status).toBe(200);
    expect(good(await own.GET('/api/v1/byok/keys')).keys).toEqual([]);
  });

  it('is refused to whose plan has none, with a code that the types name', async () => {
    const { error } = await clientOf('free').POST('/api/v1/byok/keys/add', { body: { provider: 'openai', api_key: OPENAI_KEYS[0] } });
    const code: string | undefined = error?.code;
    expect(code).toBe('tier-too-low');
  });
});
