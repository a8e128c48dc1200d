import { IssuedToken } from '@keyturn/contracts/api';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS, expectProblem } from './support/ask.ts';

const { tokens } = inject('stack').endpoints;
type Account = keyof typeof tokens;

const SERVERS = '/api/v1/execution-servers';
const OURS = `${SERVERS}/main?scope=system`;
const address = 'system.brigade.main';
const TOKEN = 'canary-brigade-token-0123456789';

const as = async (account: Account, path: string, method = 'GET', body?: unknown) =>
  ask(path, { method, token: tokens[account], ...(body === undefined ? {} : { body }) });
afterAll(async () => {
  await as('admin', OURS, 'DELETE');
});

describe('an execution server', () => {
  it('is set up by admins for all, by each for themselves, and by nobody for others', async () => {
    const credential = { address, credentialType: 'generic', publicFields: {}, secretFields: { token: TOKEN } };
    expect((await as('admin', CREDENTIALS, 'POST', credential)).status).toBe(201);
    expectProblem(await as('free', `${SERVERS}/resolve`), 404, 'execution-server-unknown');
    const ours = { name: 'Main', base_url: 'https://brigade.example.com', is_default: true, credential: address };
    const made = await as('admin', OURS, 'PUT', ours);
    expect(made).toMatchObject({ status: 200, json: { id: 'main', kind: 'brigade', enabled: true, ...ours } });
    expect((await as('admin', OURS)).json).toEqual(made.json);
    expect((await as('auditor', `${SERVERS}?scope=system`)).json).toEqual({ servers: [made.json] });
    expect((await as('free', `${SERVERS}/resolve`)).json).toEqual({
      id: 'main',
      name: 'Main',
      kind: 'brigade',
      base_url: 'https://brigade.example.com',
      is_own: false,
      chosen_by: 'default',
      credential: { id: expect.any(String), address, masked_value: expect.any(String) },
    });
    expectProblem(await as('free', OURS, 'PUT', ours), 403, 'not-allowed');
    expectProblem(await as('operator', OURS, 'PUT', ours), 403, 'not-allowed');
    expectProblem(await as('free', OURS), 403, 'not-allowed');

    const mine = { name: 'Mine', base_url: 'http://127.0.0.1:9090' };
    expect((await as('free', `${SERVERS}/mine`, 'PUT', mine)).status).toBe(200);
    expect((await as('free', `${SERVERS}/resolve`)).json).toMatchObject({ id: 'mine', is_own: true, chosen_by: 'own-server' });
    expect((await as('professional', SERVERS)).json).toEqual({ servers: [] });
    expectProblem(await as('free', `${SERVERS}/thief`, 'PUT', { ...mine, credential: address }), 422, 'credential-elsewhere');
    expect((await as('free', `${SERVERS}/mine`, 'PUT', { ...mine, enabled: false })).status).toBe(200);
    expect((await as('free', `${SERVERS}/resolve`)).json).toMatchObject({ id: 'main' });
    expect((await as('free', `${SERVERS}/mine`, 'DELETE')).status).toBe(204);
    expectProblem(await as('free', `${SERVERS}/mine`), 404, 'execution-server-unknown');
  });

  it('is given to a program with its credential, where it has a grant', async () => {
    const consumer = '/api/v1/admin/consumers/runner';
    const grants = [{ action: 'read', pattern: 'system.brigade.*' }];
    expect((await as('admin', consumer, 'PUT', { grants })).status).toBe(200);
    const { token } = IssuedToken.parse((await as('admin', `${consumer}/tokens`, 'POST', {})).json);
    const resolved = await ask(`${SERVERS}/resolve?consumer=runner`, { token });
    expect(resolved).toMatchObject({ status: 200, json: { id: 'main', fields: { token: TOKEN } } });
    const headers = { 'x-on-behalf-of': `Bearer ${tokens.free}` };
    expect((await ask(`${SERVERS}/resolve?consumer=runner`, { token, headers })).json).toMatchObject({ id: 'main' });
    expect((await as('admin', consumer, 'PUT', { grants: [] })).status).toBe(200);
    expectProblem(await ask(`${SERVERS}/resolve?consumer=runner`, { token }), 403, 'grant-missing');
    expectProblem(await ask(`${SERVERS}/resolve`, { token: null }), 401, 'unauthenticated');
  });

  it.each([
    ['no URL', { name: 'x', base_url: 'brigade' }, 'base_url'],
    ['a URL with a password', { name: 'x', base_url: 'https://a:b@example.com' }, 'base_url'],
    ['no name', { base_url: 'https://example.com' }, 'name'],
    ['a kind that nobody knows', { name: 'x', base_url: 'https://example.com', kind: 'mainframe' }, 'kind'],
  ])('with %s is refused', async (_what, body, path) => {
    const answer = await as('free', `${SERVERS}/x`, 'PUT', body);
    expectProblem(answer, 422, 'request-invalid');
    expect(answer.json).toMatchObject({ errors: [{ path }] });
  });
});
