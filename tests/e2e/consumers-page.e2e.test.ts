import { randomUUID } from 'node:crypto';
import { ApiTokenList } from '@keyturn/contracts/api';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { createUser } from '@nats-io/nkeys';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, expectProblem } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';

const { endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const consumersUrl = new URL('/admin/system/consumers', adminUiUrl).href;
const name = `mailer-${randomUUID().slice(0, 8)}`;
const path = `/api/v1/admin/consumers/${name}`;

let chromium: Chromium;
let page: Page;
let token = '';

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, consumersUrl, 'admin');
});
afterAll(() => chromium?.close());

const tokens = async () => ApiTokenList.parse((await ask(`${path}/tokens`)).json).items;
const askIdentity = () =>
  ask('/api/v1/subscribers/credentials', {
    method: 'POST',
    token,
    body: { consumer: name, instance: 'one', publicKey: createUser().getPublicKey() },
  });
const wide = () => page.setViewportSize({ width: 1280, height: 900 });

describe('a consumer on the page', () => {
  it('is registered with an owner and grants by address pattern', async () => {
    await page.getByRole('table', { name: 'Consumers' }).getByText('orders', { exact: true }).waitFor();
    await expectFine(page);
    await wide();
    await page.getByRole('button', { name: 'Register' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('orders');
    await dialog.getByRole('button', { name: 'Add a grant' }).click();
    await dialog.getByRole('button', { name: 'Register consumer' }).click();
    await dialog.getByText('There is a consumer of this name.').waitFor();
    await dialog.getByText('An address pattern is needed').waitFor();
    await dialog.getByLabel('Addresses of grant 1').fill('cloudflare');
    await dialog.getByText('a pattern is an address whose tokens may be *').waitFor();
    await expectFine(page);
    await wide();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Owner').fill('team-mail');
    await dialog.getByLabel('Addresses of grant 1').fill('system.cloudflare.*');
    await dialog.getByLabel('preflight, of grant 1').uncheck();
    await dialog.getByRole('button', { name: 'Register consumer' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const grants = expect.arrayContaining([
      { action: 'read', pattern: 'system.cloudflare.*' },
      { action: 'ack', pattern: 'system.cloudflare.*' },
    ]);
    expect((await ask(path)).json).toMatchObject({ owner: 'team-mail', grants });
    await page.getByText('It has no token yet.').waitFor();
    await expectFine(page);
  });

  it('gets a token that is shown once and works', async () => {
    await wide();
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Good for').selectOption('7');
    await expectFine(page);
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByText('Copy it now').waitFor();
    token = (await dialog.locator('[data-token]').textContent()) ?? '';
    expect(token).toMatch(/^kt_/u);
    await expectFine(page);
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(token);
    expect((await askIdentity()).json).toMatchObject({ consumer: name });
    await page.reload();
    const row = page.getByRole('table', { name: 'API tokens' }).getByRole('row').nth(1);
    await row.getByText('live').waitFor();
    expect((await tokens())[0]?.lastUsedAt).toMatch(/^2/u);
    expect(await row.getByText('never').count()).toBe(0);
    expect(await page.content()).not.toContain(token);
    const kept = JSON.stringify(await chromium.context.storageState({ indexedDB: true }));
    expect(kept).not.toContain(token);
  });

  it('loses it after a question', async () => {
    await wide();
    await page.getByRole('button', { name: /^Revoke token/u }).click();
    const dialog = page.getByRole('dialog');
    await expectFine(page);
    await dialog.getByRole('button', { name: 'Revoke the token' }).click();
    await page.getByRole('table', { name: 'API tokens' }).getByText('revoked').waitFor();
    expectProblem(await askIdentity(), 401, 'api-token-invalid');
  });

  it('gets other grants and another owner', async () => {
    await wide();
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Owner').fill('');
    await dialog.getByRole('button', { name: 'Add a grant' }).click();
    await dialog.getByLabel('Addresses of grant 2').fill('system.stripe.main');
    await dialog.getByRole('button', { name: 'Remove grant 1' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('system.stripe.main').waitFor();
    const actions = ['read', 'preflight', 'ack'].map((action) => ({ action, pattern: 'system.stripe.main' }));
    expect((await ask(path)).json).toMatchObject({ owner: null, grants: actions });
  });

  it('is only looked at by an auditor', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, `${consumersUrl}/${name}`, 'auditor');
      await view.getByRole('table', { name: 'API tokens' }).waitFor();
      for (const action of ['Edit', 'Make a token']) expect(await view.getByRole('button', { name: action }).count()).toBe(0);
      expect(await view.getByRole('button', { name: /^Revoke/u }).count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
