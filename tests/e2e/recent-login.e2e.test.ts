import { type Chromium, launchChromium } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectFine } from './support/expect-fine.ts';
import { chooseAccount, signInLongAgo } from './support/sign-in-long-ago.ts';

const { credentialId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const pageUrl = `${adminUiUrl}/${credentialId}`;

let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInLongAgo(page, pageUrl, 'admin');
});
afterAll(() => chromium?.close());

const askToReveal = async () => {
  await page.getByRole('heading', { level: 1, name: workload.address }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Reveal the secret' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('A copy is covered by the record of this reveal and its reason', { exact: false }).waitFor();
  await dialog.getByLabel('Reason').fill('after signing in again');
  await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
  return dialog;
};

describe('somebody who signed in a while ago', () => {
  it('is shown no secret, and is told to sign in again', async () => {
    const dialog = await askToReveal();
    await dialog.getByRole('alert').getByText('Sign in again first').waitFor();
    await dialog.getByRole('alert').getByText('must be at most 15 minutes old').waitFor();
    expect(await dialog.locator('[data-field]').count()).toBe(0);
    // The button was disabled while it asked, and has the focus again.
    expect(await page.evaluate<string>('document.activeElement?.textContent')).toBe('Reveal');
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('stays in the dialog with the keyboard, also while the answer is on its way', async () => {
    const dialog = page.getByRole('dialog');
    const answered = Promise.withResolvers<void>();
    await page.route('**/reveal', async (route) => {
      await answered.promise;
      await route.continue();
    });
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await page.locator('body:focus-within').waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>(`document.activeElement?.getAttribute('aria-label')`)).toBe('Close');
    answered.resolve();
    await dialog.getByRole('alert').getByText('Sign in again first').waitFor();
    await page.unroute('**/reveal');
  });

  it('is asked by the provider, comes back to the same page, and is shown it', async () => {
    await page.getByRole('dialog').getByRole('link', { name: 'Sign in again' }).click();
    await chooseAccount(page, 'admin');
    await page.waitForURL(pageUrl);
    const dialog = await askToReveal();
    await dialog.locator('[data-field="password"]').waitFor();
    await dialog.getByText('the clipboard is cleared 30 seconds after it', { exact: false }).waitFor();
    expect(await dialog.getByRole('alert').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Hide it now' }).click();
  });
});
