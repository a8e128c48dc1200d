import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin } from './support/admin.ts';
import { ask, rotationsPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';

const { adminUiUrl } = inject('stack').endpoints;
const run = randomUUID().slice(0, 8);
const service = `filtered-${run}`;
const listUrl = `${adminUiUrl}?q=${service}`;
const DAY_MS = 86_400_000;
const WIDE = { width: 1280, height: 900 };

let chromium: Chromium;
let page: Page;
/** Its rotation waits for a person. */
let waitingId: string;

const keep = (name: string, more: object) =>
  admin().register({
    address: `system.${service}.${name}`,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'one to be found' },
    ...more,
  });

beforeAll(async () => {
  await keep('plain', {});
  await keep('tagged', { tags: ['billing'], owner: 'team-a' });
  await keep('owned', { owner: 'team-b', untested: 'import' });
  await keep('expired', { expiresAt: new Date(Date.now() - DAY_MS).toISOString() });
  await keep('expiring', { expiresAt: new Date(Date.now() + 5 * DAY_MS).toISOString() });
  const key = { publicFields: { provider: 'openai' }, secretFields: { apiKey: OPENAI_KEYS[0] }, untested: 'import' };
  await keep('key', { credentialType: 'user_api_key', ...key });
  ({ credentialId: waitingId } = await keep('waiting', {}));
  await admin().rotate(waitingId);
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, listUrl, 'operator');
  await page.getByRole('link', { name: `system.${service}.plain`, exact: true }).waitFor();
});
afterAll(async () => {
  await chromium?.close();
  const body = { reason: 'the test is over' };
  await ask(`${rotationsPath(waitingId)}/1/cancel`, { method: 'POST', body });
});

const names = async (): Promise<string[]> =>
  (await page.locator('[data-row-link]').allInnerTexts()).map((address) => address.replace(`system.${service}.`, ''));
const found = (...wanted: string[]) => expect.poll(names, { timeout: 10_000 }).toEqual(wanted);
const choice = (): Locator => page.getByRole('dialog', { name: 'Further filters' });
const open = async (): Promise<Locator> => {
  await page.getByRole('button', { name: /^Filters/u }).click();
  await choice().getByLabel('Tag').waitFor();
  return choice();
};
const inAddress = (name: string): string | null => new URL(page.url()).searchParams.get(name);
const isFine = async (): Promise<void> => {
  await expectFine(page);
  await page.setViewportSize(WIDE);
};
const startAnew = async (): Promise<void> => {
  await page.goto(listUrl);
  await found('expired', 'expiring', 'key', 'owned', 'plain', 'tagged', 'waiting');
};

describe('the filters of the list', () => {
  it('find what waits for a person, and what was never tested', async () => {
    const box = await open();
    await box.getByLabel('Waits for a person').check();
    await found('waiting');
    expect(inAddress('needs')).toBe('true');
    await isFine();
    await choice().getByLabel('Waits for a person').uncheck();
    await choice().getByLabel('Untested').check();
    await choice().getByLabel('LLM provider').selectOption('openai');
    await found('key');
    await choice().getByLabel('LLM provider').selectOption('cohere');
    await page.getByText('Nothing matches').waitFor();
  });

  it('find by tag and by owner, and say what can be no tag', async () => {
    await startAnew();
    const box = await open();
    await box.getByLabel('Tag').fill('Billing!');
    await box.getByText('A tag is 1 to 63 of a-z, 0-9 and -').waitFor();
    await found('expired', 'expiring', 'key', 'owned', 'plain', 'tagged', 'waiting');
    await box.getByLabel('Tag').fill('billing');
    await found('tagged');
    await box.getByLabel('Owner').fill('team-b');
    await page.getByText('Nothing matches').waitFor();
    await box.getByLabel('Tag').fill('');
    await found('owned');
    expect(inAddress('owner')).toBe('team-b');
  });

  it('find what expires, and what is of an age', async () => {
    await startAnew();
    const box = await open();
    await box.getByLabel('Expiry').selectOption({ label: 'Within 30 days' });
    await found('expired', 'expiring');
    await box.getByLabel('Expiry').selectOption({ label: 'Expired' });
    await found('expired');
    await box.getByLabel('Expiry').selectOption({ label: 'Any' });
    await box.getByLabel('Age of the value').selectOption({ label: 'Over 90 days' });
    await page.getByText('Nothing matches').waitFor();
    expect(inAddress('olderThan')).toBe('90');
  });

  it('are held by the address, stand above the rows, and are taken off by keyboard', async () => {
    await page.goto(`${listUrl}&expiresIn=30&refused=true&scope=system`);
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('button', { name: 'Filters · 3' }).waitFor();
    const on = page.getByRole('list', { name: 'Filters that are on' });
    expect(await on.getByRole('listitem').allInnerTexts()).toEqual([
      'Refused by its provider',
      'Expires within 30 days',
      'Without people’s own keys',
    ]);
    await isFine();
    await on.getByRole('button', { name: 'Remove the filter: Refused by its provider' }).focus();
    await page.keyboard.press('Enter');
    await found('expired', 'expiring');
    await page.reload();
    await found('expired', 'expiring');
    await on.getByRole('button', { name: 'Remove the filter: Expires within 30 days' }).press('Enter');
    await on.getByRole('button', { name: 'Remove the filter: Without people’s own keys' }).press('Enter');
    await on.waitFor({ state: 'detached' });
    expect(await page.evaluate<string>(`document.activeElement?.getAttribute('type')`)).toBe('search');
  });
});
