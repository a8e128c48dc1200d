import { randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import { expect, inject, it } from 'vitest';
import { CREDENTIALS } from '../support/ask.ts';
import { admin, call, json, NOBODY, registration } from './call.ts';

const { credentialId, endpoints } = inject('stack');

/** The answers about one credential, from its registration to its end. */
export const describeCredentialAnswers = (): void => {
  it('POST a credential, the same one again, and wrong ones', async () => {
    const name = `contract-${randomUUID().slice(0, 8)}`;
    const post = async (body: unknown, headers = {}) =>
      (await call(CREDENTIALS, { method: 'POST', body: JSON.stringify(body), headers: { ...json, ...headers } })).status;
    const first = registration(name);
    const key = { 'idempotency-key': name };
    expect([await post(first, key), await post(first, key), await post({ ...first, displayName: 'other' }, key)]).toEqual([201, 201, 409]);
    expect([await post(first), await post({ ...first, issuer: NOBODY, address: `${first.address}-2` }), await post({})]).toEqual([
      409, 422, 422,
    ]);
    expect(await post({ ...first, secretFields: { pass: 'x' }, address: `${first.address}-3` })).toBe(422);
    expect(await post({ ...first, publicFields: {}, issuer: credentialId, address: `${first.address}-3` })).toBe(409);
  });

  it('POST the short form: add, update under the same address, and what is wrong with it', async () => {
    const service = `contract-${randomUUID().slice(0, 8)}`;
    const post = async (body: object) => {
      const answer = await call(CREDENTIALS, { method: 'POST', body: JSON.stringify(body), headers: json });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const short = { service, credential_type: 'generic', secret: randomUUID() };
    const added = await post(short);
    expect(added).toMatchObject({ status: 201, body: { service, masked_value: '••••••', version: 1, status: 'committed' } });
    const updated = await post({ ...short, secret: randomUUID(), metadata: { label: 'Contract' } });
    expect(updated).toMatchObject({ status: 201, body: { credential_id: added.body['credential_id'], version: 2 } });
    expect(await post({ ...short, credential_type: 'stripe_secret_key', name: 'generic' })).toMatchObject({ status: 409 });
    expect(await post({ service, credential_type: 'generic' })).toMatchObject({ status: 422, body: { errors: [{ path: 'secret' }] } });
    const token = { service: 'cloudflare', credential_type: 'api_token', name: service, secret: 'x'.repeat(40) };
    expect([422, 424]).toContain((await post(token)).status);
  });

  it('POST a value to try: in vain, without a test, and against its type', async () => {
    const post = async (body: object) => {
      const answer = await call(`${CREDENTIALS}/test`, { method: 'POST', body: JSON.stringify(body), headers: json });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const { credentialType, publicFields, secretFields } = registration('tried');
    const nowhere = { ...publicFields, host: 'nowhere.invalid' };
    expect(await post({ credentialType, publicFields: nowhere, secretFields })).toMatchObject({
      status: 200,
      body: { verdict: 'unreachable' },
    });
    expect(await post({ credentialType: 'generic', publicFields: {}, secretFields: { a: 'b' } })).toMatchObject({ status: 409 });
    expect((await post({ credentialType, publicFields, secretFields: { pass: 'x' } })).status).toBe(422);
    expect(await (await call(`${CREDENTIALS}?search=trials`)).json()).toMatchObject({ items: [], total: 0 });
  });

  it('PATCH the details of a credential, and POST a new value of it', async () => {
    const name = `details-${randomUUID().slice(0, 8)}`;
    const made = await call(CREDENTIALS, { method: 'POST', body: JSON.stringify(registration(name)), headers: json });
    const path = made.headers.get('location') ?? '';
    const patch = (body: unknown) => call(path, { method: 'PATCH', body: JSON.stringify(body), headers: json });
    const changed = await patch({ labels: { environment: 'test' }, tags: ['contract'], isDefault: true });
    expect(await changed.json()).toMatchObject({ labels: { environment: 'test' }, tags: ['contract'], isDefault: true });
    const found = await call(`${CREDENTIALS}?tag=contract&isDefault=true&search=environment=test&sort=updated&order=desc`);
    expect(await found.json()).toMatchObject({ items: [{ address: `system.postgres.${name}`, untested: 'import' }], total: 1 });
    expect((await patch({ tags: ['Not a tag'] })).status).toBe(422);
    const value = (secretFields: unknown) =>
      call(`${path}/versions`, { method: 'POST', body: JSON.stringify({ secretFields, evenIfUnreachable: true }), headers: json });
    expect(await (await value({ password: randomUUID() })).json()).toMatchObject({ version: 2, generation: 2, status: 'committed' });
    expect((await value({})).status).toBe(422);
  });

  it('changes a credential only for whoever saw it as it is', async () => {
    const made = await call(CREDENTIALS, {
      method: 'POST',
      body: JSON.stringify(registration(`seen-${randomUUID().slice(0, 8)}`)),
      headers: json,
    });
    const path = made.headers.get('location') ?? '';
    const etag = (await call(path)).headers.get('etag') ?? '';
    const patch = (owner: string, tag: string) =>
      call(path, { method: 'PATCH', body: JSON.stringify({ owner }), headers: { ...json, 'if-match': tag } });
    const first = await patch('ada', etag);
    expect([first.status, first.headers.get('etag') === etag]).toEqual([200, false]);
    const late = await patch('bob', etag);
    expect([late.status, await late.json()]).toMatchObject([412, { code: 'credential-changed' }]);
    expect(await (await call(path)).json()).toMatchObject({ owner: 'ada' });
    const bare = await fetch(`${endpoints.gatewayUrl}${path}`, {
      method: 'PATCH',
      body: '{"owner":"eve"}',
      headers: { ...admin, ...json },
    });
    expect(bare.status).toBe(428);
  });

  it('reveals, compares, disables and deletes a credential, and tells its history and who had it', async () => {
    const name = `life-${randomUUID().slice(0, 8)}`;
    const first = registration(name);
    const made = await call(CREDENTIALS, { method: 'POST', body: JSON.stringify(first), headers: json });
    const path = made.headers.get('location') ?? '';
    const send = async (method: string, at: string, body: unknown) => {
      const answer = await call(at, { method, body: JSON.stringify(body), headers: json });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const reveal = { reason: 'the contract' };
    expect(await send('POST', `${path}/reveal`, reveal)).toMatchObject({ status: 200, body: { fields: first.secretFields } });
    expect((await send('POST', `${path}/reveal`, { reason: 'x' })).status).toBe(422);
    const another = { secretFields: { password: randomUUID() } };
    expect(await send('POST', `${path}/versions`, another)).toMatchObject({ status: 424, body: { code: 'test-unreachable' } });
    expect((await send('POST', `${path}/versions`, { ...another, evenIfUnreachable: true })).status).toBe(201);
    expect(await send('POST', `${path}/test`, {})).toMatchObject({ status: 200, body: { test: { verdict: 'unreachable' } } });
    expect(await (await call(`${path}/test`)).json()).toMatchObject({ open: null, items: [{ version: 3, why: 'asked' }, {}, {}] });
    expect((await call(`${path}/versions`)).status).toBe(200);
    const settling = await send('POST', `${path}/versions/1/settle`, { reason: 'the contract' });
    expect(settling).toMatchObject({ status: 409, body: { code: 'nothing-left-over' } });
    expect(await (await call(`${path}/versions/compare?a=1&b=3`)).json()).toMatchObject({ a: 1, b: 3 });
    expect((await call(`${path}/versions/compare?a=1&b=9`)).status).toBe(404);
    const edit = { publicFields: { host: 'nowhere.invalid' } };
    expect(await send('PATCH', path, edit)).toMatchObject({ status: 424, body: { code: 'test-unreachable' } });
    expect((await send('PATCH', path, { enabled: false, reason: 'the contract' })).body).toMatchObject({ status: 'disabled' });
    expect((await send('POST', `${path}/reveal`, reveal)).status).toBe(409);
    expect((await send('DELETE', path, { confirm: first.address, reason: 'the contract' })).status).toBe(409);
    expect((await send('DELETE', path, { confirm: 'else', reason: 'the contract' })).status).toBe(422);
    const ending = { confirm: first.address, reason: 'the contract', leftAliveBecause: 'it never was there' };
    expect(await send('DELETE', path, ending)).toMatchObject({ status: 200, body: { status: 'deleted' } });
    expect((await send('POST', `${path}/reveal`, reveal)).status).toBe(410);
    expect(await (await call(path)).json()).toMatchObject({ status: 'deleted', deleted: { leftAliveBecause: 'it never was there' } });
    const log = async () =>
      ((await (await call(`${path}/access-log`)).json()) as { items: { what: string }[] }).items.map(({ what }) => what);
    expect(await waitUntil(async () => (await log()).length >= 4, { timeoutMs: 20_000 })).toBe(true);
    expect(new Set(await log())).toEqual(new Set(['revealed', 'compared', 'refused', 'used-by-worker']));
    expect((await send('POST', CREDENTIALS, first)).status).toBe(201); // the address is free
  });

  it('a life: versions, their comparison, a reveal, who had it, and the end', async () => {
    const address = `system.orders.life-${randomUUID().slice(0, 8)}`;
    const token = `canary-${randomUUID()}`;
    const body = JSON.stringify({ address, credentialType: 'generic', publicFields: {}, secretFields: { token } });
    const made = await call(CREDENTIALS, { method: 'POST', body, headers: json });
    const path = made.headers.get('location') ?? '';
    const post = (to: string, data: unknown, method = 'POST') =>
      call(`${path}${to}`, { method, body: JSON.stringify(data), headers: json });
    await post('/versions', { secretFields: { token: randomUUID() } });
    expect(await (await call(`${path}/versions`)).json()).toMatchObject({ items: [{ version: 2 }, { version: 1 }] });
    const compared = await call(`${path}/versions/compare?a=1&b=2`);
    expect([compared.status, (await compared.text()).includes(token)]).toEqual([200, false]);
    expect((await call(`${path}/versions/compare?a=1&b=9`)).status).toBe(404);
    const revealed = await post('/reveal', { version: 1, reason: 'the contract' });
    expect(await revealed.json()).toMatchObject({ fields: { token } });
    expect((await post('/reveal', {})).status).toBe(422);
    const reads = async () => JSON.stringify(await (await call(`${path}/access-log`)).json());
    expect(await waitUntil(async () => (await reads()).includes('the contract'), { timeoutMs: 20_000 })).toBe(true);
    const gone = { confirm: address, reason: 'over', leftAliveBecause: 'it was only a test' };
    expect((await post('', { ...gone, confirm: 'system.orders.other' }, 'DELETE')).status).toBe(422);
    expect(await (await post('', gone, 'DELETE')).json()).toMatchObject({ status: 'deleted' });
    expect((await post('/reveal', { reason: 'too late' })).status).toBe(410);
  });
};
