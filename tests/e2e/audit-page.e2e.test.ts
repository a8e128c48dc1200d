import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { flaws } from './support/axe.ts';
import { expectFine } from './support/expect-fine.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const auditUrl = new URL('/admin/system/audit', adminUiUrl).href;
const address = `system.audited.${randomUUID().slice(0, 8)}`;
const REASON = `the audit page looks for ${address}`;

let chromium: Chromium;
let page: Page;
let credentialId: string;

/** One more credential, whose secret somebody had. */
const keepRevealed = async (): Promise<string> => {
  const made = await admin().register({
    address,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'one that is revealed' },
  });
  const revealed = await ask(`${credentialPath(made.credentialId)}/reveal`, { method: 'POST', body: { reason: REASON } });
  expect(revealed.status).toBe(200);
  return made.credentialId;
};

beforeAll(async () => {
  credentialId = await keepRevealed();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, auditUrl, 'admin');
});
afterAll(() => chromium?.close());

const wide = () => page.setViewportSize({ width: 1280, height: 900 });

describe('the audit page', () => {
  it('lists what happened, and finds it by text, person and time', async () => {
    const table = page.getByRole('table', { name: 'What happened' });
    await table.waitFor();
    await expectFine(page);
    await wide();
    await page.getByLabel('Search the log').fill(address);
    await table.getByText('credential.registered').first().waitFor();
    await expect
      .poll(async () => (await table.getByRole('row').allTextContents()).slice(1).every((row) => row.includes(address)), {
        timeout: 15_000,
      })
      .toBe(true);
    expect(new URL(page.url()).searchParams.get('text')).toBe(address);
    await page.reload();
    await table.getByText('credential.registered').first().waitFor();
    await page.getByLabel('Person or program').fill('nobody-of-this-name');
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Before').fill('2020-01-01');
    await page.waitForURL((url) => url.searchParams.get('to') === '2020-01-01');
    await page.getByText('Nothing matches').waitFor();
    await expectFine(page);
    await wide();
    await page.getByRole('button', { name: 'Clear' }).click();
    await table.waitFor();
  });

  it('reads as well as before while what was asked for is on its way', async () => {
    await page.getByRole('table', { name: 'What happened' }).waitFor();
    const entries = '**/api/v1/audit/entries?*';
    const answered = Promise.withResolvers<void>();
    await page.route(entries, async (route) => {
      await answered.promise;
      await route.continue();
    });
    await page.getByLabel('Search the log').fill(REASON);
    await page.locator('[aria-busy="true"]').getByRole('table', { name: 'What happened' }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect({ colorScheme, flaws: await flaws(page) }).toEqual({ colorScheme, flaws: [] });
    }
    answered.resolve();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    await page.unroute(entries);
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  it('says who had which secret, by consumer too', async () => {
    await page.getByRole('tab', { name: 'Who had secrets' }).click();
    const table = page.getByRole('table', { name: 'Who had the secret' });
    await page.getByLabel('Search the log').fill(REASON);
    await table.getByRole('row').filter({ hasText: REASON }).getByText('shown to a person').first().waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Consumer').fill('orders');
    // The list without a filter has such rows too: the filter is asked for a moment after the last letter.
    await page.waitForURL((url) => url.searchParams.get('consumer') === 'orders');
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    await table.getByText('fetched by an instance').first().waitFor();
    await table.getByRole('link', { name: workload.address }).first().waitFor();
    await expectFine(page);
  });
});

describe('one credential', () => {
  it('is tested now, and the test joins the others', async () => {
    await wide();
    await page.goto(`${adminUiUrl}/${ordersId}?tab=tests`);
    const before = (await ask(`${credentialPath(ordersId)}/test`)).json as { items: unknown[] };
    await page.getByRole('button', { name: 'Test now' }).click();
    const table = page.getByRole('table', { name: 'Tests' });
    await table.getByText('asked for').first().waitFor();
    await expect
      .poll(async () => ((await ask(`${credentialPath(ordersId)}/test`)).json as { items: unknown[] }).items.length)
      .toBe(before.items.length + 1);
    await table.getByRole('row').nth(1).getByText('valid').waitFor();
    await expectFine(page);
  });

  it('says who had its secret, and lets nobody be shown it any more', async () => {
    await wide();
    await page.goto(`${adminUiUrl}/${credentialId}?tab=access`);
    await page.getByRole('table', { name: 'Who had the secret' }).getByText(REASON).waitFor();
    await expectFine(page);
    await wide();
    const policy = page.getByRole('switch', { name: 'People may have this secret shown' });
    await policy.press('Space');
    await expect.poll(async () => (await readCredential(credentialId)).revealable).toBe(false);
    await page.getByRole('button', { name: 'More actions' }).click();
    const reveal = page.getByRole('menuitem', { name: 'Reveal the secret' });
    await expect.poll(() => reveal.isDisabled()).toBe(true);
    // In the menu: it takes the focus a moment after it is shown, and a key pressed before that is the button's.
    await page.getByRole('menu').press('Escape');
    await reveal.waitFor({ state: 'detached' });
    await expect.poll(() => policy.isEnabled()).toBe(true);
    await policy.press('Space');
    await expect.poll(async () => (await readCredential(credentialId)).revealable).toBe(true);
  });

  it('shows an operator no log of everything, and the switch only to look at', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, `${adminUiUrl}/${credentialId}?tab=access`, 'operator');
      const policy = view.getByRole('switch', { name: 'People may have this secret shown' });
      await policy.waitFor({ state: 'attached' });
      expect(await policy.isDisabled()).toBe(true);
      expect(await view.getByRole('link', { name: 'Audit' }).count()).toBe(0);
      await view.goto(auditUrl);
      await view.getByText('You may not see this').waitFor();
    } finally {
      await other.close();
    }
  });
});
