import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectFine } from './support/expect-fine.ts';

const { endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;

let chromium: Chromium;
let page: Page;
const scripts: string[] = [];

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  page.on('response', (response) => response.request().resourceType() === 'script' && scripts.push(response.url()));
  await signInAs(page, adminUiUrl, 'admin');
  await page.getByRole('heading', { level: 1, name: 'Credentials' }).waitFor();
});
afterAll(() => chromium?.close());

const input = () => page.getByRole('combobox', { name: 'Go to a page, a credential, or an action' });
const option = (name: string | RegExp) => page.getByRole('option', { name });
const open = async (): Promise<void> => {
  await page.keyboard.press('Control+k');
  await input().waitFor();
};

describe('the command palette', () => {
  it('comes only when it is asked for, and offers pages and what the present page can do', async () => {
    expect(scripts.filter((url) => url.includes('palette'))).toEqual([]);
    await open();
    expect(scripts.filter((url) => url.includes('palette')).length).toBeGreaterThan(0);
    await option('Register').waitFor();
    await option('Key ring').waitFor();
    expect(await page.evaluate<string | null>('document.activeElement.getAttribute("role")')).toBe('combobox');
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('gives the focus back when it is left', async () => {
    await page.keyboard.press('Escape');
    await input().waitFor({ state: 'detached' });
    const button = page.getByRole('button', { name: /^Go to…/u });
    await button.focus();
    await page.keyboard.press('Enter');
    await input().waitFor();
    await page.keyboard.press('Escape');
    await input().waitFor({ state: 'detached' });
    await expect.poll(() => button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  it('goes to a page by its name, with the keyboard alone', async () => {
    await open();
    await page.keyboard.type('key ri');
    await expect.poll(() => page.getByRole('listbox').getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Key ring' }).waitFor();
  });

  it('finds a credential by a part of its address, and goes to it', async () => {
    await open();
    await page.keyboard.type(workload.address.slice(7));
    await option(new RegExp(workload.address.replaceAll('.', '\\.'), 'u'))
      .first()
      .waitFor();
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowDown');
        return page.locator('[role="option"][aria-selected="true"] span').first().textContent();
      })
      .toBe(workload.address);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: workload.address }).waitFor();
  });

  it('does what the page offers, in its own dialog', async () => {
    await page.getByRole('button', { name: 'Edit details' }).waitFor();
    await open();
    await page.keyboard.type('edit det');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: /details/iu });
    await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
    await page.keyboard.press('Control+k');
    expect(await input().count()).toBe(0); // not above another dialog
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('says so where nothing matches', async () => {
    await dialogsGone();
    await open();
    await page.keyboard.type('nothing of this name');
    await page.getByText('Nothing matches.').waitFor();
    expect(await input().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Escape');
  });

  it('offers people without a greater role their own page only', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, new URL('/account/api-keys', adminUiUrl).href, 'professional');
      await view.getByRole('heading', { level: 1, name: 'My API keys' }).waitFor();
      await view.keyboard.press('Control+k');
      await view.getByRole('combobox').waitFor();
      const titles = await view.getByRole('group', { name: 'Pages' }).getByRole('option').allInnerTexts();
      expect(titles).toEqual(['My API keys']);
    } finally {
      await other.close();
    }
  });
});

const dialogsGone = (): Promise<void> => page.getByRole('dialog').waitFor({ state: 'detached' });
