import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { endpointsFile } from '@keyturn/dev-stack';
import { Client } from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { ask, credentialPath, CREDENTIALS, expectProblem, rotationsPath, stateOfAll } from './support/ask.ts';

const { varDir, credentialId, endpoints } = inject('stack');

const NAMES = [
  'gatewayUrl',
  'adminUiUrl',
  'natsUrl',
  'databaseUrl',
  'auditDatabaseUrl',
  'ordersDatabaseUrl',
  'temporalAddress',
  'temporalUiUrl',
  'oidcIssuer',
  'tokens',
];

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

describe('endpoints.json', () => {
  it('names everything that outside programs need, for their owner only', () => {
    expect(statSync(endpointsFile(varDir)).mode & 0o777).toBe(0o600);
    const written: unknown = JSON.parse(readFileSync(endpointsFile(varDir), 'utf8'));
    expect(Object.keys(written as object)).toEqual(expect.arrayContaining(NAMES));
    expect(Object.keys(endpoints.tokens)).toEqual(['admin', 'admin2', 'operator', 'auditor', 'professional', 'free']);
  });

  it.each(['gatewayUrl', 'adminUiUrl', 'temporalUiUrl'] as const)('has a %s that answers', async (name) => {
    expect((await fetch(endpoints[name])).status).toBe(200);
  });

  it('has an issuer that is found by discovery', async () => {
    const found = await (await fetch(`${endpoints.oidcIssuer}/.well-known/openid-configuration`)).json();
    expect(found).toMatchObject({ issuer: endpoints.oidcIssuer });
  });

  it('has a NATS and a Temporal that take connections', async () => {
    const nats = new URL(endpoints.natsUrl);
    expect(await answers(nats.hostname, Number(nats.port))).toBe(true);
    const temporal = new URL(`tcp://${endpoints.temporalAddress}`);
    expect(await answers(temporal.hostname, Number(temporal.port))).toBe(true);
  });

  it.each([
    ['databaseUrl', 'SELECT count(*) > 0 AS ok FROM events'],
    ['auditDatabaseUrl', 'SELECT true AS ok'],
    ['ordersDatabaseUrl', 'SELECT count(*) > 0 AS ok FROM orders'],
  ] as const)('has a %s that lets its reader in', async (name, statement) => {
    const client = new Client({ connectionString: endpoints[name] });
    await client.connect();
    const { rows } = await client.query(statement);
    await client.end();
    expect(rows).toEqual([{ ok: true }]);
  });
});

describe('the tokens', () => {
  const { tokens } = endpoints;

  it.each(['admin', 'admin2', 'operator', 'auditor'] as const)('let %s read', async (account) => {
    expect((await ask(credentialPath(credentialId), { token: tokens[account] })).status).toBe(200);
  });

  it('say who it is', async () => {
    expect((await ask('/api/v1/session', { token: tokens.free })).json).toMatchObject({ roles: ['user'], tier: 'free', via: 'bearer' });
  });

  it.each(['professional', 'free'] as const)('keep %s away from the system credentials', async (account) => {
    for (const path of [CREDENTIALS, credentialPath(credentialId), `${credentialPath(credentialId)}/timeline`]) {
      expectProblem(await ask(path, { token: tokens[account] }), 403, 'role-missing');
    }
  });

  it.each(['auditor', 'free'] as const)('let %s write nothing', async (account) => {
    const before = await stateOfAll();
    const token = tokens[account];
    expectProblem(await ask(rotationsPath(credentialId), { method: 'POST', token, body: {} }), 403, 'role-missing');
    expectProblem(await ask(CREDENTIALS, { method: 'POST', token, body: {} }), 403, 'role-missing');
    expectProblem(await ask('/api/v1/admin/consumers/other', { method: 'PUT', token, body: { grants: [] } }), 403, 'role-missing');
    expect(await stateOfAll()).toEqual(before);
  });

  it('are asked for: without one nothing under /api answers', async () => {
    for (const path of [CREDENTIALS, credentialPath(credentialId), '/api/v1/session', '/api/v1/nothing']) {
      expectProblem(await ask(path, { token: null }), 401, 'unauthenticated');
    }
  });
});
