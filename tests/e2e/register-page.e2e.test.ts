import { randomBytes, randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { hashOf, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';

// A Cloudflare token is added on the page: it is tested at Cloudflare, here its simulator, before anything of it is kept.

const { adminUiUrl } = inject('stack').endpoints;
const newToken = (): string => randomBytes(20).toString('hex');
const [RIGHT, EXPIRED, UNKNOWN] = [newToken(), newToken(), newToken()];
const address = `system.cloudflare.page-${randomUUID().slice(0, 8)}`;

let cloudflare: Simulator;
let chromium: Chromium;
let page: Page;
let dialog: Locator;

beforeAll(async () => {
  const zones = ['a.example', 'b.example'];
  cloudflare = await startCloudflare(
    new Map([
      [RIGHT, { status: 'active', zones }],
      [EXPIRED, { status: 'expired', zones }],
    ]),
  );
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'operator');
  await page.getByRole('button', { name: 'Register' }).click();
  dialog = page.getByRole('dialog');
});
afterAll(() => Promise.all([chromium?.close(), cloudflare?.close()]));

const input = (name: string): Locator => dialog.locator(`[name="${name}"]`);
const send = async (token: string): Promise<void> => {
  await input('token').fill(token);
  await dialog.getByRole('button', { name: 'Register credential' }).click();
};
const found = async (): Promise<number> => ((await ask(`${CREDENTIALS}?search=${address}`)).json as { total: number }).total;

it('shows the icon of the type that is chosen', async () => {
  await input('credentialType').selectOption('database_password');
  expect(await dialog.locator('[data-icon]').getAttribute('data-icon')).toBe('database');
  await input('credentialType').selectOption('cloudflare_api_token');
  expect(await dialog.locator('[data-icon]').getAttribute('data-icon')).toBe('cloudflare');
});

describe('a Cloudflare token, added on the page', () => {
  it.each([
    ['a token that Cloudflare doesn’t know', UNKNOWN, "Cloudflare doesn't know this token"],
    ['one that has expired', EXPIRED, 'The token has expired at Cloudflare'],
  ])('is refused with the provider’s reason: %s; and what else was typed stays', async (_what, token, reason) => {
    if ((await input('address').inputValue()) === '') {
      await input('credentialType').selectOption('cloudflare_api_token');
      await input('address').fill(address);
      await input('apiBaseUrl').fill(cloudflare.url);
    }
    await send(token);
    const no = dialog.getByRole('alert').filter({ hasText: reason });
    await no.getByText('The test failed, so nothing has changed').waitFor();
    expect(await no.textContent()).not.toContain(token);
    expect(await page.evaluate<string>('document.activeElement?.textContent')).toBe('Register credential');
    expect(await input('address').inputValue()).toBe(address);
    expect(await found()).toBe(0);
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 1000 });
  });

  it('is kept once Cloudflare takes it, and the page shows what Cloudflare said', async () => {
    await send(RIGHT);
    await page.getByRole('heading', { level: 1, name: address }).waitFor();
    expect(await found()).toBe(1);
    expect(cloudflare.accepted).toContainEqual(expect.objectContaining({ secretHash: hashOf(RIGHT), call: 'GET /user/tokens/verify' }));
    await page.getByRole('tab', { name: 'Tests' }).click();
    const tests = page.getByRole('table', { name: 'Tests' });
    await tests.getByText('Cloudflare takes the token; it sees 2 zones.').waitFor();
    expect(await tests.getByText('refused').count()).toBe(0);
  });
});
