import { randomUUID } from 'node:crypto';
import { BulkCredentialsAnswer, BulkRotationStarted, BulkRotationView, RegisteredCredential } from '@keyturn/contracts/api';
import { waitUntil } from '@keyturn/dev-stack';
import { expect, inject, it } from 'vitest';
import { CREDENTIALS, rotationsPath } from '../support/ask.ts';
import { call, json, NOBODY, registration } from './call.ts';

const { endpoints } = inject('stack');
const BULK = '/api/v1/admin/rotations/bulk';

const post = (path: string, body?: unknown, headers = {}) =>
  call(path, { method: 'POST', headers: { ...json, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
const registered = async (): Promise<string> => {
  const made = await post(CREDENTIALS, registration(`bulk-${randomUUID().slice(0, 8)}`));
  return RegisteredCredential.parse(await made.json()).credentialId;
};

/** The answers about many credentials at once. */
export const describeBulkAnswers = (): void => {
  it('POST a bulk rotation, look at it, and stop it', async () => {
    // Without an issuer they are skipped, which is an answer, too.
    const ids = [await registered(), await registered()];
    const started = await post(BULK, { ids, note: 'the contract' });
    expect(started.status).toBe(202);
    const { bulkId, total } = BulkRotationStarted.parse(await started.json());
    expect(total).toBe(2);
    const one = started.headers.get('location') ?? '';
    expect(one).toBe(`${BULK}/${bulkId}`);
    const read = async () => BulkRotationView.parse(await (await call(one)).json());
    expect(await waitUntil(async () => (await read()).status === 'ended', { timeoutMs: 30_000 })).toBe(true);
    expect((await read()).members).toMatchObject([{ status: 'skipped', code: 'issuer-missing' }, { code: 'issuer-missing' }]);
    expect((await call(BULK)).status).toBe(200);
    expect((await call(`${one}?member=skipped&limit=1`)).status).toBe(200);
    expect((await call(`${one}?member=lost`)).status).toBe(422);
    expect((await call(`${BULK}/${NOBODY}`)).status).toBe(404);
    const over = [
      await post(`${one}/pause`, { reason: 'too late' }),
      await post(`${one}/resume`),
      await post(`${one}/cancel`, { reason: 'late' }),
    ];
    expect(over.map(({ status }) => status)).toEqual([409, 409, 409]);
    const nobodys = await Promise.all(['pause', 'cancel'].map((verb) => post(`${BULK}/${NOBODY}/${verb}`, { reason: 'nobody’s' })));
    expect(nobodys.map(({ status }) => status)).toEqual([404, 404]);
    expect((await post(`${one}/pause`, {})).status).toBe(422);
    expect([(await post(BULK, { service: 'nobodys' })).status, (await post(BULK, { ids: [NOBODY] })).status]).toEqual([422, 422]);
    expect((await post(BULK, { service: 'postgres' }, { authorization: `Bearer ${endpoints.tokens.auditor}` })).status).toBe(403);
  });

  it('POST a pause of a bulk rotation that is under way, its resumption, and its end', async () => {
    const body = { address: `system.bulk-${randomUUID().slice(0, 8)}.one`, credentialType: 'generic', publicFields: {} };
    const made = await post(CREDENTIALS, { ...body, secretFields: { value: 'a person brings it' } });
    const own = RegisteredCredential.parse(await made.json()).credentialId;
    const one = (await post(BULK, { ids: [own] })).headers.get('location') ?? '';
    const read = async () => BulkRotationView.parse(await (await call(one)).json());
    expect(await waitUntil(async () => (await read()).counts.running === 1, { timeoutMs: 30_000 })).toBe(true);
    const said = [await post(`${one}/pause`, { reason: 'the contract' }), await post(`${one}/resume`), await post(`${one}/resume`)];
    expect(said.map(({ status }) => status)).toEqual([200, 200, 409]);
    expect(await (await post(`${one}/cancel`, { reason: 'the contract' })).json()).toMatchObject({ status: 'cancelled' });
    await post(`${rotationsPath(own)}/1/cancel`, { reason: 'the contract' });
    expect(await waitUntil(async () => (await read()).status === 'ended', { timeoutMs: 60_000 })).toBe(true);
  });

  it('POST the same to many credentials, and hear of each', async () => {
    const ids = [await registered(), await registered()];
    const change = async (body: object) =>
      BulkCredentialsAnswer.parse(await (await post(`${CREDENTIALS}/bulk`, { ids: [...ids, NOBODY], ...body })).json());
    const unknown = { credentialId: NOBODY, done: false, code: 'credential-unknown' };
    for (const body of [
      { action: 'tag', tags: ['contract-bulk', 'more'] },
      { action: 'untag', tags: ['more'] },
      { action: 'disable', reason: 'not used' },
      { action: 'enable' },
    ]) {
      expect(await change(body)).toMatchObject({ done: 2, refused: 1, items: [{ done: true }, { done: true }, unknown] });
    }
    const tagged = await (await call(`${CREDENTIALS}?tag=contract-bulk`)).json();
    expect(tagged).toMatchObject({ items: [{ tags: ['contract-bulk'], status: 'active' }, { tags: ['contract-bulk'] }] });
    expect((await post(`${CREDENTIALS}/bulk`, { ids, action: 'disable' })).status).toBe(422);
    expect((await post(`${CREDENTIALS}/bulk`, { ids, action: 'delete', reason: 'not used' })).status).toBe(422);
    const key = { 'idempotency-key': randomUUID() };
    expect((await post(`${CREDENTIALS}/bulk`, { ids, action: 'enable' }, key)).status).toBe(200);
    expect((await post(`${CREDENTIALS}/bulk`, { ids, action: 'disable', reason: 'not used' }, key)).status).toBe(409);
  });
};
