import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chromium, launchChromium } from '@keyturn/dev-stack/browser';
import { keycloakAdmin, randomPassword, waitUntil } from '@keyturn/dev-stack';
import { createUser } from '@nats-io/nkeys';
import * as oidc from 'openid-client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { startWithKeycloak, type WithKeycloak } from './start-with-keycloak.ts';

let running: WithKeycloak;
let chromium: Chromium;
beforeAll(async () => {
  running = await startWithKeycloak();
  chromium = await launchChromium({ env: process.env });
}, 900_000);
afterAll(async () => {
  await chromium?.close();
  await running?.stop();
});

const PASSWORD = `${randomPassword()}-1`;
const add = async (username: string, role: string): Promise<string> =>
  await keycloakAdmin(running.keycloak).addPerson({ username, password: PASSWORD, role, tier: 'enterprise' });

const fillLogin = async (page: Page, username: string): Promise<void> => {
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#kc-login').click();
};

const POLL = { timeoutMs: 60_000, everyMs: 1_000 };
const SESSION = '/api/v1/session';
const ask = (path: string, token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${running.gatewayUrl}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });

const client = async (clientId: string, secret?: string): Promise<oidc.Configuration> =>
  await oidc.discovery(
    new URL(running.keycloak.issuer),
    clientId,
    undefined,
    secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
    { execute: [oidc.allowInsecureRequests] },
  );

/** A browser signs in, and the page is then that path of the gateway's. */
const signIn = async (username: string): Promise<Page> => {
  const page = await chromium.context.newPage();
  await chromium.context.clearCookies();
  await page.goto(`${running.gatewayUrl}/auth/login?return_to=${SESSION}`);
  await fillLogin(page, username);
  await page.waitForURL(`${running.gatewayUrl}${SESSION}`);
  return page;
};

const sessionOf = async (
  page: Page,
): Promise<{ status: number; body: { id?: string; roles?: string[]; tier?: string; code?: string } }> => {
  const response = await page.context().request.get(`${running.gatewayUrl}${SESSION}`);
  return { status: response.status(), body: await response.json() };
};

describe('with a real Keycloak', () => {
  it('a person signs in by browser, with the roles and the tier that Keycloak has for them', async () => {
    const id = await add('ada', 'admin');
    const page = await signIn('ada');
    expect(await sessionOf(page)).toMatchObject({ status: 200, body: { id, roles: ['admin'], tier: 'enterprise', via: 'cookie' } });
    const credentials = await page.context().request.get(`${running.gatewayUrl}/api/v1/admin/credentials`);
    expect(credentials.status()).toBe(200);
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('a person is refused within a minute of being disabled, and loses a role within a minute', async () => {
    const admin = keycloakAdmin(running.keycloak);
    const id = await add('olga', 'operator');
    const page = await signIn('olga');
    expect((await sessionOf(page)).body.roles).toEqual(['operator']);
    await admin.removeRole(id, 'operator');
    const removed = performance.now();
    await waitUntil(async () => (await sessionOf(page)).body.roles?.length === 0, POLL);
    expect(performance.now() - removed).toBeLessThan(60_000);
    await admin.setEnabled(id, false);
    const disabled = performance.now();
    await waitUntil(async () => (await sessionOf(page)).status === 401, POLL);
    expect((await sessionOf(page)).status).toBe(401);
    expect(performance.now() - disabled).toBeLessThan(60_000);
  });

  it('a person on the command line signs in by the device flow, and their token ends when they are disabled', async () => {
    const id = await add('ari', 'auditor');
    const cli = await client('keyturn-cli');
    const asked = await oidc.initiateDeviceAuthorization(cli, { scope: 'openid profile' });
    const page = await chromium.context.newPage();
    await chromium.context.clearCookies();
    await page.goto(asked.verification_uri_complete ?? '');
    await fillLogin(page, 'ari');
    await page.locator('#kc-login').click(); // "Do you grant …": yes
    const { access_token, id_token = '' } = await oidc.pollDeviceAuthorizationGrant(cli, asked);
    expect(id_token).not.toBe('');
    expect((await ask(SESSION, id_token)).status).toBe(401); // it says who signed in, and opens nothing
    expect(await (await ask(SESSION, access_token)).json()).toMatchObject({ id, roles: ['auditor'], tier: 'enterprise', via: 'bearer' });
    expect((await ask('/api/v1/admin/credentials', access_token)).status).toBe(200);
    await keycloakAdmin(running.keycloak).setEnabled(id, false);
    await waitUntil(async () => (await ask(SESSION, access_token)).status === 401, POLL);
    expect((await ask(SESSION, access_token)).status).toBe(401);
  });

  it('a person on the command line signs in by keyturn login, and out again', async () => {
    await add('lena', 'auditor');
    const home = await mkdtemp(join(tmpdir(), 'keyturn-home-'));
    const env = { HOME: home, KEYTURN_URL: running.gatewayUrl, KEYTURN_OIDC_ISSUER: running.keycloak.issuer };
    const confirm = async (url: string): Promise<void> => {
      const page = await chromium.context.newPage();
      await chromium.context.clearCookies();
      await page.goto(url);
      await fillLogin(page, 'lena');
      await page.locator('#kc-login').click(); // "Do you grant …": yes
    };
    let confirmed: Promise<void> | undefined;
    const onErr = (shown: string): void => {
      const url = /Open (?<url>\S+) and confirm/u.exec(shown)?.groups?.['url'];
      if (url !== undefined) confirmed ??= confirm(url);
    };
    const login = await runCli(['login'], { env, onErr });
    await confirmed;
    expect([login.code, login.out]).toEqual([0, expect.stringContaining('auditor')]);
    expect((await runCli(['credentials', 'list'], { env })).code).toBe(0);
    const kept = join(home, '.config', 'keyturn', 'sign-ins.json');
    const { [running.gatewayUrl]: before } = JSON.parse(await readFile(kept, 'utf8')) as Record<string, object>;
    await writeFile(kept, JSON.stringify({ [running.gatewayUrl]: { ...before, expiresAt: new Date(0).toISOString() } }));
    expect((await runCli(['credentials', 'list'], { env })).code).toBe(0); // with new tokens
    expect((await runCli(['--json', 'logout'], { env })).out).toContain('"endedAtProvider": true');
    expect((await runCli(['credentials', 'list'], { env })).code).toBe(4);
    await rm(home, { recursive: true, force: true });
  });

  it('a consumer gets its identity by client credentials, and opens nothing else with them', async () => {
    const orders = await client('keyturn-consumer-orders', running.keycloak.ordersClientSecret);
    const { access_token } = await oidc.clientCredentialsGrant(orders);
    const body = JSON.stringify({ instance: 'k1', publicKey: createUser().getPublicKey() });
    const given = await ask('/api/v1/subscribers/credentials', access_token, { method: 'POST', body });
    expect(await given.json()).toMatchObject({ consumer: 'orders', instance: 'k1' });
    expect((await ask('/api/v1/admin/credentials', access_token)).status).toBe(403);
  });

  it('nobody gets in by a token of another realm, and passwords are taken nowhere but at Keycloak', async () => {
    const cli = await client('keyturn-cli');
    const refused = await fetch(cli.serverMetadata().token_endpoint ?? '', {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'keyturn-cli', username: 'ada', password: PASSWORD }),
    });
    expect(refused.status).toBe(400); // passwords are typed at Keycloak, and nowhere else
    const masterLogin = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...running.keycloak.admin });
    const master = await fetch(`${new URL(running.keycloak.issuer).origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: masterLogin,
    });
    const { access_token } = (await master.json()) as { access_token: string };
    expect((await ask(SESSION, access_token)).status).toBe(401); // of another realm
  });
});
