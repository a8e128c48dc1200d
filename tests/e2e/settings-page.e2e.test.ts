import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const settingsUrl = adminUiUrl.replace(/credentials$/u, 'settings');
const DEFAULTS = '/api/v1/admin/llm/defaults';
const NOTHING = { default_provider: null, default_models: {} };

let chromium: Chromium;
let page: Page;

const clear = async (): Promise<void> => {
  expect((await ask(DEFAULTS, { method: 'PUT', body: NOTHING })).status).toBe(200);
};

beforeAll(async () => {
  await clear();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, settingsUrl, 'admin');
});
afterAll(async () => {
  await chromium?.close();
  await clear();
});

const wide = (): Promise<void> => page.setViewportSize({ width: 1280, height: 900 });

describe('the settings', () => {
  it('say by which policy credentials rotate, what each provider can, and who is shown secrets', async () => {
    const policy = page.getByRole('region', { name: 'Default rotation policy' });
    const { defaultPolicy } = (await ask('/api/v1/admin/settings')).json as { defaultPolicy: { graceMs: number } };
    expect(defaultPolicy.graceMs).toBeGreaterThan(0);
    await policy.getByRole('term').filter({ hasText: 'Unused for' }).waitFor();
    const rows = await policy.getByRole('term').count();
    expect(rows).toBe(11);
    await policy.getByText('DEFAULT_POLICY').waitFor();
    const providers = page.getByRole('region', { name: 'Providers' });
    expect(await providers.getByRole('heading', { level: 3 }).count()).toBe(8);
    expect(await providers.locator('[data-icon]').count()).toBe(8);
    const stripe = providers.getByRole('listitem', { name: 'Stripe secret key' });
    await stripe.getByText('A person brings the value').waitFor();
    await stripe.getByText('How a person replaces it').click();
    await stripe.getByText('Expire the old key now.', { exact: false }).waitFor();
    await providers.getByRole('listitem', { name: 'Cloudflare API token' }).getByText('The provider issues the value').waitFor();
    await page.getByText('recorded before it is answered', { exact: false }).waitFor();
    await expectFine(page);
    await wide();
  });

  it('take the language model that everybody gets who chose none, after a look at what was typed', async () => {
    const models = page.getByRole('region', { name: 'Language models' });
    await models.getByText('Nothing is chosen').waitFor();
    await models.getByRole('button', { name: 'Change the default provider and models' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Default provider').selectOption('anthropic');
    await dialog.locator('[name="model-anthropic"]').fill('claude one');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('a model’s name is', { exact: false }).waitFor();
    expect((await ask(DEFAULTS)).json).toMatchObject({ default_provider: null });
    await expectFine(page);
    await wide();
    await dialog.locator('[name="model-anthropic"]').fill('claude-of-tests');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await models.getByText('claude-of-tests').waitFor();
    expect((await ask(DEFAULTS)).json).toMatchObject({
      default_provider: 'anthropic',
      default_models: { anthropic: 'claude-of-tests' },
    });
  });

  it('lead to the credentials of a type', async () => {
    const database = page.getByRole('listitem', { name: 'Database password' });
    await database.getByRole('link', { name: 'Its credentials', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Credentials' }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('type')).toBe('database_password');
  });

  it('only show themselves to an operator, and nothing to somebody without a role for them', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, settingsUrl, 'operator');
      await view.getByRole('region', { name: 'Language models' }).getByText('claude-of-tests').waitFor();
      expect(await view.getByRole('button', { name: 'Change the default provider and models' }).count()).toBe(0);
    } finally {
      await other.close();
    }
    const forbidden = await launchChromium({ env: process.env });
    try {
      const view = await forbidden.context.newPage();
      await signInAs(view, settingsUrl, 'free');
      await view.getByText('These pages are for operators').waitFor();
    } finally {
      await forbidden.close();
    }
  });
});

describe('a credential’s policy', () => {
  it('is told in plain words on its page', async () => {
    await page.goto(`${adminUiUrl}/${ordersId}?tab=policy`);
    const tab = page.getByRole('tabpanel');
    await tab.getByText('Time to try a new value').waitFor();
    await tab.getByText('At the deadline').waitFor();
    await tab.getByRole('switch', { name: 'People may have this secret shown' }).waitFor({ state: 'attached' });
    await expectFine(page);
  });
});
