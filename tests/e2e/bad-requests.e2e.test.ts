import { randomUUID } from 'node:crypto';
import { followRotation } from '@keyturn/dev-stack';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential, untilSteady } from './support/admin.ts';
import { ask, type Answer, credentialPath, CREDENTIALS, expectProblem, rotationsPath, stateOfAll } from './support/ask.ts';

const { credentialId } = inject('stack');
const NOBODY = '01990000-0000-7000-8000-000000000000';
const CANARY = 'kt-canary-8d1f';
const register = (body: unknown, headers = {}): Promise<Answer> => ask(CREDENTIALS, { method: 'POST', body, headers });
const rotate = (id: string, body: unknown = {}, headers = {}): Promise<Answer> => ask(rotationsPath(id), { method: 'POST', body, headers });

const registration = (address: string) => ({
  address,
  credentialType: 'database_password',
  publicFields: { host: '127.0.0.1', port: '1', database: 'orders', username: 'nobody' },
  secretFields: { password: CANARY },
  untested: 'import',
});

let before: readonly unknown[];
beforeAll(async () => {
  await untilSteady(credentialId);
  before = await stateOfAll();
});

describe('a request that is wrong', () => {
  it.each([
    ['a credential', credentialPath(NOBODY)],
    ['its consumers', `${credentialPath(NOBODY)}/consumers`],
    ['its rotations', `${rotationsPath(NOBODY)}/1`],
  ])('is told that there is no such credential when it reads %s', async (_what, path) => {
    expectProblem(await ask(path), 404, 'credential-unknown');
  });

  it('is told that there is no such credential to rotate', async () => {
    expectProblem(await rotate(NOBODY), 404, 'credential-unknown');
  });

  it('is told that there is no such rotation', async () => {
    expectProblem(await ask(`${rotationsPath(credentialId)}/9999`), 404, 'rotation-unknown');
  });

  it('is told that there is nothing at that path', async () => {
    expectProblem(await ask('/api/v1/admin/credentialz'), 404, 'route-unknown');
  });

  it.each(['not-an-id', '..%2f..%2fetc', '%00', "1' OR '1'='1"])('names the id as malformed: %s', async (id) => {
    const { errors } = expectProblem(await ask(credentialPath(encodeURIComponent(decodeURIComponent(id)))), 422, 'request-invalid');
    expect(errors?.map(({ path }) => path)).toEqual(['credentialId']);
  });

  it.each(['0', '-1', '1.5', 'first', '1e999'])('names the epoch as malformed: %s', async (epoch) => {
    const { errors } = expectProblem(await ask(`${rotationsPath(credentialId)}/${epoch}`), 422, 'request-invalid');
    expect(errors?.map(({ path }) => path)).toEqual(['epoch']);
  });

  it('is told every wrong field by its path, and none of its values comes back', async () => {
    const answer = await register({
      address: `System.${CANARY}`,
      credentialType: CANARY,
      publicFields: { host: 7 },
      secretFields: { password: { is: CANARY } },
      [`x-${CANARY}`]: true,
    });
    const { errors } = expectProblem(answer, 422, 'request-invalid');
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['address', 'credentialType', 'publicFields.host', 'secretFields.password']),
    );
    expect(answer.text.replaceAll(`x-${CANARY}`, '')).not.toContain(CANARY);
  });

  it('is told what the type of credential misses, and none of its values comes back', async () => {
    const answer = await register({
      ...registration('system.postgres.e2e-fields'),
      publicFields: { host: 'h', port: CANARY, database: 'd' },
      secretFields: { pass: CANARY },
    });
    const { errors } = expectProblem(answer, 422, 'fields-invalid');
    expect(JSON.stringify(errors)).toMatch(/port.*password|password.*port/u);
    expect(answer.text).not.toContain(CANARY);
  });

  it.each([
    ['a list', []],
    ['a number', 7],
    ['null', null],
    ['a reason that nobody knows', { reason: CANARY }],
    ['a field that nobody knows', { force: true }],
    ['a note that is too long', { note: CANARY.repeat(100) }],
  ])('is refused with %s as body', async (_what, body) => {
    const answer = await rotate(credentialId, body);
    expectProblem(answer, 422, 'request-invalid');
    expect(answer.text).not.toContain(CANARY);
  });

  it.each(['{', '{"note": "', 'undefined', `{"note": "${CANARY}}`, '\u0000'])('is refused when it is no JSON: %j', async (raw) => {
    const answer = await ask(rotationsPath(credentialId), { method: 'POST', raw });
    expectProblem(answer, 400, 'malformed-json');
    expect(answer.text).not.toContain(CANARY);
  });

  it('is refused with another media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    expectProblem(await ask(rotationsPath(credentialId), { method: 'POST', raw: '{}', headers }), 415, 'media-type-unsupported');
  });

  it('is refused when its body is larger than 256 KiB', async () => {
    const body = { ...registration('system.postgres.e2e-large'), displayName: 'x'.repeat(300_000) };
    expectProblem(await register(body), 413, 'body-too-large');
  });

  it('is refused when a secret is larger than 64 KiB', async () => {
    const body = { ...registration('system.postgres.e2e-large'), secretFields: { password: 'x'.repeat(70_000) } };
    const { errors } = expectProblem(await register(body), 422, 'request-invalid');
    expect(errors?.map(({ path }) => path)).toEqual(['secretFields.password']);
  });

  it.each([
    ['PUT', credentialPath(credentialId), 'GET, PATCH, DELETE'],
    ['PUT', rotationsPath(credentialId), 'GET, POST'],
    ['PATCH', CREDENTIALS, 'GET, POST'],
  ])('is told which methods there are instead of %s %s', async (method, path, allow) => {
    const answer = await ask(path, { method });
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('is refused an address that is taken', async () => {
    const answer = await register(registration('system.postgres.orders'));
    expectProblem(answer, 409, 'address-taken');
    expect(answer.text).not.toContain(CANARY);
  });

  it('is refused an issuer that does not exist', async () => {
    const answer = await register({ ...registration('system.postgres.e2e-issuer'), issuer: NOBODY });
    expectProblem(answer, 422, 'issuer-unknown');
  });

  it.each(['', 'with space', 'x'.repeat(201), 'ä'])('is refused an idempotency key that is none: %j', async (key) => {
    const answer = await rotate(NOBODY, {}, { 'idempotency-key': encodeURI(key) === key ? key : key.replace('ä', '\u00e4') });
    expectProblem(answer, 400, 'idempotency-key-invalid');
  });
});

describe('all of these requests together', () => {
  it('have left every credential as it was', async () => expect(await stateOfAll()).toEqual(before));
});

describe('a rotation', () => {
  it('is refused while another of the same credential is open, and repeats of the first are answered as before', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await rotate(credentialId, { note: 'once' }, key);
    expect(first.status).toBe(202);
    const { epoch } = first.json as { epoch: number };

    expect(expectProblem(await rotate(credentialId), 409, 'rotation-open').detail).toContain(String(epoch));
    const repeated = await rotate(credentialId, { note: 'once' }, key);
    expect({ status: repeated.status, json: repeated.json }).toEqual({ status: 202, json: first.json });
    expectProblem(await rotate(credentialId, { note: 'twice' }, key), 409, 'command-reused');

    const ended = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ status: 'completed', note: 'once' });
    expect((await rotate(credentialId, { note: 'once' }, key)).json).toEqual(first.json);
    const { openEpoch, rotations } = await readCredential(credentialId);
    expect({ openEpoch, latest: rotations[0]?.epoch, noted: rotations.filter(({ note }) => note === 'once').length }).toEqual({
      openEpoch: null,
      latest: epoch,
      noted: 1,
    });
  });

  it('of a credential without an issuer is refused', async () => {
    const { items } = await admin().list('orders-issuer');
    expectProblem(await rotate(items[0]!.credentialId), 409, 'issuer-missing');
  });
});

describe('a registration with an idempotency key', () => {
  const body = registration('system.postgres.e2e-idempotent');
  const key = { 'idempotency-key': randomUUID() };

  it('registers once, answers a repeat the same, and refuses another body', async () => {
    const first = await register(body, key);
    expect(first.status).toBe(201);
    const { total } = await admin().list();
    expect((await register(body, key)).json).toEqual(first.json);
    expectProblem(await register({ ...body, secretFields: { password: 'another' } }, key), 409, 'command-reused');
    expectProblem(await register({ ...body, displayName: 'another' }, key), 409, 'command-reused');
    expect((await admin().list()).total).toBe(total);
  });

  it('is not answered with the verdict of somebody else who has the same key', async () => {
    const token = inject('stack').endpoints.tokens.operator;
    expectProblem(await ask(CREDENTIALS, { method: 'POST', token, body, headers: key }), 409, 'address-taken');
  });
});
