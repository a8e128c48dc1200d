import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS } from './support/ask.ts';
import { flaws } from './support/axe.ts';

const { endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const service = `long-${randomUUID().slice(0, 8)}`;
const MANY = 240;
const AT_ONCE = 8;
const listUrl = `${adminUiUrl}?q=${service}`;
const addressOf = (index: number): string => `system.${service}.n${String(index).padStart(4, '0')}`;

let chromium: Chromium;
let page: Page;
const asked: string[] = [];

const register = async (index: number): Promise<void> => {
  const body = {
    address: addressOf(index),
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'one of many' },
    untested: 'import',
  };
  expect((await ask(CREDENTIALS, { method: 'POST', body })).status).toBe(201);
};

beforeAll(async () => {
  for (let from = 0; from < MANY; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, MANY - from) }, (_, index) => register(from + index)));
  }
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  page.on('request', (request) => request.url().includes(`${CREDENTIALS}?`) && asked.push(request.url()));
  await signInAs(page, listUrl, 'admin');
}, 300_000);
afterAll(() => chromium?.close());

const rows = () => page.locator('tr[data-index]');
const link = (index: number) => page.getByRole('link', { name: addressOf(index), exact: true });
const scrollTo = (top: string): Promise<unknown> => page.evaluate(`window.scrollTo(0, ${top})`);
const scrolled = (): Promise<number> => page.evaluate<number>('window.scrollY');

describe('a long list of credentials', () => {
  it('draws only the rows in sight, and reads on as one scrolls', async () => {
    await link(0).waitFor();
    expect(await rows().count()).toBeLessThan(60);
    await page.getByText(`${MANY} credentials`).waitFor();
    expect(asked.some((url) => url.includes('cursor='))).toBe(false);
    await expect
      .poll(
        async () => {
          await scrollTo('document.body.scrollHeight');
          return link(MANY - 1).count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await rows().count()).toBeLessThan(60);
    expect(await link(0).count()).toBe(0);
    expect(asked.some((url) => url.includes('cursor='))).toBe(true);
  });

  it('keeps its place when one comes back from a credential', async () => {
    const before = await scrolled();
    expect(before).toBeGreaterThan(5_000);
    await link(MANY - 3).click();
    await page.getByRole('heading', { level: 1, name: addressOf(MANY - 3) }).waitFor();
    await page.goBack();
    await link(MANY - 3).waitFor();
    await expect.poll(async () => Math.abs((await scrolled()) - before)).toBeLessThan(200);
  });

  it('reads only what is in sight anew when something changes', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    asked.length = 0;
    await register(MANY);
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect
      .poll(async () => {
        await scrollTo('document.body.scrollHeight');
        return link(MANY).count();
      })
      .toBe(1);
    expect(asked.length).toBeLessThan(12);
  });

  it('is sorted and filtered, which its address says', async () => {
    await scrollTo('0');
    await page.getByRole('button', { name: 'Credential', exact: true }).click();
    await link(MANY).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Credential' }).getAttribute('aria-sort')).toBe('descending');
    await page.getByLabel('Type').selectOption('stripe_secret_key');
    await page.getByText('Nothing matches').waitFor();
    expect(new URL(page.url()).searchParams.get('type')).toBe('stripe_secret_key');
    await page.reload();
    await page.getByText('Nothing matches').waitFor();
    await page.getByLabel('Type').selectOption('generic');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Untested').check();
    await page.keyboard.press('Escape');
    await link(MANY).waitFor();
    expect(await flaws(page)).toEqual([]);
  });

  it('is walked through by keyboard, beyond what is drawn', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(listUrl);
    await link(0).waitFor();
    await page.keyboard.press('/');
    for (let index = 0; index < 80; index += 1) {
      await link(index).waitFor({ state: 'attached' }); // the keys know the rows that are drawn
      await page.keyboard.press('ArrowDown');
    }
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe(addressOf(79));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: addressOf(79) }).waitFor();
  });
});
