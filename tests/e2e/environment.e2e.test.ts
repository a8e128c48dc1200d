import { IssuedToken } from '@keyturn/contracts/api';
import { projectRoot, type Stack, startStack } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A whole stack of its own: what is stored by any test overrules what the environment offers.

const varDir = join(projectRoot, 'var', `e2e-environment-${process.pid}`);
const TOKEN = `env${'canary'.repeat(6)}`;
const STORED = `sto${'canary'.repeat(6)}`;

let stack: Stack;
let chromium: Chromium;
let page: Page;
let consumerToken: string;

beforeAll(async () => {
  stack = await startStack({
    varDir,
    instances: [],
    settings: {
      vault: {
        CLOUDFLARE_API_TOKEN: TOKEN,
        NAMECHEAP_API_KEY: 'f0'.repeat(16),
        NAMECHEAP_API_USERNAME: 'sky',
        NAMECHEAP_USERNAME: 'sky',
        NAMECHEAP_CLIENT_IP: '203.0.113.10',
      },
      'rotation-worker': { WORKFLOW_CACHE_DIR: join(projectRoot, 'var', 'cache') },
    },
  });
  const { gatewayUrl, tokens } = stack.endpoints;
  await stack.api.registerConsumer('bootstrap', [{ action: 'read', pattern: 'system.cloudflare.*' }]);
  const issued = await fetch(`${gatewayUrl}/api/v1/admin/consumers/bootstrap/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.admin}` },
  });
  consumerToken = IssuedToken.parse(await issued.json()).token;
  chromium = await launchChromium({ env: process.env });
  page = await chromium.context.newPage();
  await signInAs(page, stack.endpoints.adminUiUrl, 'admin');
});
afterAll(async () => {
  await chromium?.close();
  await stack?.stop();
  rmSync(varDir, { recursive: true, force: true });
});

const warning = (): Locator => page.getByRole('status').filter({ hasText: 'Credentials come from the environment' });
const resolve = async (): Promise<unknown> => {
  const path = '/api/v1/credentials/resolve?service=cloudflare&credential_type=cloudflare_api_token&consumer=bootstrap';
  return await (await fetch(`${stack.endpoints.gatewayUrl}${path}`, { headers: { authorization: `Bearer ${consumerToken}` } })).json();
};

describe('credentials that come from the environment', () => {
  it('answer a program, which is recorded, and the pages warn of them by the variables’ names', async () => {
    expect(await resolve()).toMatchObject({ source: 'environment', fields: { token: TOKEN } });
    await warning().waitFor();
    const said = await warning().textContent();
    expect(said).toContain('CLOUDFLARE_API_TOKEN');
    expect(said).toContain('NAMECHEAP_API_KEY');
    expect(await page.content()).not.toContain(TOKEN);
    await page.goto(new URL('/admin/system/audit', stack.endpoints.adminUiUrl).href);
    await page.getByRole('tab', { name: 'Who had secrets' }).click();
    const row = page.getByRole('table', { name: 'Who had the secret' }).getByRole('row').filter({ hasText: 'bootstrap' });
    await row.getByText('environment').first().waitFor();
  });

  it('are among what needs someone', async () => {
    await page.goto(new URL('/', stack.endpoints.adminUiUrl).href);
    const needs = page.getByRole('region', { name: 'Needs someone now' });
    await needs.getByText(/^It still comes from the environment: .*CLOUDFLARE_API_TOKEN.*NAMECHEAP_API_KEY/u).waitFor();
    expect(await page.content()).not.toContain(TOKEN);
  });

  it('are overruled by a stored one, and the open page warns of it no more', async () => {
    await page.goto(stack.endpoints.adminUiUrl);
    await warning().waitFor();
    await stack.api.register({
      address: 'system.cloudflare.main',
      credentialType: 'cloudflare_api_token',
      publicFields: {},
      secretFields: { token: STORED },
      untested: 'import',
    });
    await expect.poll(async () => await warning().textContent(), { timeout: 15_000 }).not.toContain('CLOUDFLARE_API_TOKEN');
    expect(await warning().textContent()).toContain('NAMECHEAP_API_KEY');
    expect(await resolve()).toMatchObject({ source: 'system', fields: { token: STORED } });
  });
});
