import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin } from './support/admin.ts';
import { expectFine } from './support/expect-fine.ts';

const { endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const service = `picked-${randomUUID().slice(0, 8)}`;
const addressOf = (name: string): string => `system.${service}.${name}`;
const listUrl = `${adminUiUrl}?q=${service}`;
const NAMES = ['a', 'b', 'c', 'd', 'e'];

let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  for (const name of NAMES) {
    await admin().register({
      address: addressOf(name),
      credentialType: 'generic',
      publicFields: {},
      secretFields: { value: 'one to pick' },
      owner: `team-${name}`,
    });
  }
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, listUrl, 'operator');
  await page.getByRole('link', { name: addressOf('a'), exact: true }).waitFor();
});
afterAll(() => chromium?.close());

const headings = (): Promise<string[]> => page.getByRole('columnheader').allInnerTexts();
const box = (name: string) => page.getByRole('checkbox', { name: `Select ${addressOf(name)}` });
const bar = () => page.getByRole('group', { name: 'What is selected' });
const selected = (): Promise<string[]> =>
  page.locator('tr[data-selected]').evaluateAll((rows) => rows.map((row) => row.querySelector('a')?.textContent ?? ''));

describe('the columns of the list', () => {
  it('are chosen by a person, and remembered by the browser, which keeps nothing but their names', async () => {
    expect(await headings()).not.toContain('Owner');
    await page.getByRole('button', { name: 'Columns' }).click();
    const choice = page.getByRole('dialog', { name: 'Columns' });
    await choice.getByRole('checkbox', { name: 'Owner' }).check();
    await choice.getByRole('checkbox', { name: 'Secret' }).uncheck();
    await page.getByText('team-a', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByText('team-a', { exact: true }).waitFor();
    expect(await headings()).toContain('Owner');
    expect(await headings()).not.toContain('Secret');
    expect(await page.evaluate<string>(`localStorage.getItem('keyturn-columns')`)).toBe('where,version,generation,owner,rotated,state');
  });

  it('can be sorted by one that was put there', async () => {
    const byOwner = page.getByRole('button', { name: 'Owner', exact: true });
    await byOwner.click();
    await page.locator('th[aria-sort="ascending"]', { hasText: 'Owner' }).waitFor();
    await byOwner.click();
    await expect.poll(async () => (await page.locator('[data-row-link]').allInnerTexts())[0]).toBe(addressOf('e'));
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('are the usual ones again when asked for', async () => {
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'The usual ones' }).click();
    await page.keyboard.press('Escape');
    expect(await headings()).toContain('Secret');
    expect(await page.evaluate<string | null>(`localStorage.getItem('keyturn-columns')`)).toBeNull();
  });
});

describe('rows of the list', () => {
  it('are selected by mouse, one by one and as a range, and stay so while one searches', async () => {
    await page.goto(listUrl);
    await box('a').check();
    expect(await selected()).toEqual([addressOf('a')]);
    await box('c').click({ modifiers: ['Shift'] });
    expect(await selected()).toEqual(['a', 'b', 'c'].map(addressOf));
    await bar().getByText('3 selected').waitFor();
    await box('b').uncheck();
    await bar().getByText('2 selected').waitFor();
    await page.getByLabel('Search credentials').fill('nothing-of-it');
    await page.getByText('Nothing matches').waitFor();
    await bar().getByText('2 selected').waitFor();
    await page.getByLabel('Search credentials').fill(service);
    await box('a').waitFor();
    expect(await selected()).toEqual(['a', 'c'].map(addressOf));
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await bar().getByRole('button', { name: 'Clear the selection' }).click();
    expect(await selected()).toEqual([]);
  });

  it('are selected by keyboard', async () => {
    await page.goto(listUrl);
    await box('a').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    expect(await selected()).toEqual([addressOf('a')]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+X');
    expect(await selected()).toEqual(['a', 'b', 'c'].map(addressOf));
    await page.keyboard.press('x');
    expect(await selected()).toEqual(['a', 'b'].map(addressOf));
    await page.getByRole('checkbox', { name: `Select ${addressOf('d')}` }).focus();
    await page.keyboard.press('Space');
    expect(await selected()).toEqual(['a', 'b', 'd'].map(addressOf));
  });

  it('are not selected by those who only look', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, listUrl, 'auditor');
      await view.getByRole('link', { name: addressOf('a'), exact: true }).waitFor();
      expect(await view.locator('tr[data-index] input').count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
