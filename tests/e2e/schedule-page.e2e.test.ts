import { randomUUID } from 'node:crypto';
import { ScheduleView } from '@keyturn/contracts/api';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';

const { adminUiUrl } = inject('stack').endpoints;
const WIDE = { width: 1280, height: 1000 };
const DAY_MS = 86_400_000;

let chromium: Chromium;
let page: Page;
let credentialId: string;

beforeAll(async () => {
  ({ credentialId } = await admin().register({
    address: `system.schedule-page.${randomUUID().slice(0, 8)}`,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'rotated by and by' },
    expiresAt: new Date(Date.now() + 200 * DAY_MS).toISOString(),
  }));
  chromium = await launchChromium({
    env: process.env,
    context: { viewport: WIDE, reducedMotion: 'reduce', timezoneId: 'Europe/Vienna', locale: 'en-GB' },
  });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'operator');
  await page.goto(`${adminUiUrl}/${credentialId}?tab=policy`);
});
afterAll(async () => {
  await chromium?.close();
  await ask(`${credentialPath(credentialId)}/schedule`, { method: 'PUT', body: { schedule: null } });
});

const card = (): Locator => page.getByRole('region', { name: 'Schedule', exact: true });
const dialog = (): Locator => page.getByRole('dialog', { name: 'Change the schedule' });
const open = async (): Promise<void> => {
  await card().getByRole('button', { name: 'Change the schedule' }).click();
  await dialog().getByRole('button', { name: 'Save the schedule' }).waitFor();
};
const save = (): Promise<void> => dialog().getByRole('button', { name: 'Save the schedule' }).click();
const saved = async (): Promise<ScheduleView> => ScheduleView.parse((await ask(`${credentialPath(credentialId)}/schedule`)).json);

describe('the schedule of a credential, on its policy tab', () => {
  it('is none at first, and the form says what is wrong in it', async () => {
    await card().getByText('It is rotated when somebody asks.').waitFor();
    await open();
    expect(await dialog().getByLabel('Days', { exact: true }).count()).toBe(0);
    await dialog().getByLabel('Rotate it by a schedule').check();
    await dialog().getByLabel('Every', { exact: true }).fill('');
    await dialog().getByLabel('Only at certain times').check();
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu']) await dialog().getByLabel(day, { exact: true }).uncheck();
    await dialog().getByLabel('From', { exact: true }).fill('09:07');
    await dialog().getByLabel('Tell somebody before it expires').fill('30, soon');
    await save();
    for (const wrong of ['At least a second', 'Choose at least one day.', 'A whole quarter of an hour', 'At most ten numbers'])
      await dialog().getByText(wrong).waitFor();
    await expectFine(page);
    await page.setViewportSize(WIDE);
    expect((await saved()).schedule).toBeNull();
  });

  it('is saved with its window and its time zone, and says when the next rotation begins', async () => {
    await dialog().getByLabel('Every', { exact: true }).fill('60');
    for (const day of ['Tue', 'Wed']) await dialog().getByLabel(day, { exact: true }).check();
    await dialog().getByLabel('From', { exact: true }).fill('09:15');
    await dialog().getByLabel('To', { exact: true }).fill('16:00');
    expect(await dialog().getByLabel('Time zone').inputValue()).toBe('Europe/Vienna');
    await dialog().getByLabel('Time zone').selectOption('Asia/Tokyo');
    await dialog().getByLabel('Spread over', { exact: true }).fill('2');
    await dialog().getByLabel('Unit of: Spread over').selectOption('hours');
    await dialog().getByLabel('Tell somebody before it expires').fill('60, 14');
    await save();
    await dialog().waitFor({ state: 'detached' });
    await card()
      .getByText('Every 60 days since the last commit, beginning Tue, Wed, 09:15 to 16:00 (Asia/Tokyo), each up to 2 hours later.')
      .waitFor();
    await card().getByText('Somebody is told 60 and 14 days before it expires.').waitFor();
    const view = await saved();
    expect(view.schedule).toEqual({
      rotateEveryMs: 60 * DAY_MS,
      window: { days: ['tue', 'wed'], from: '09:15', to: '16:00', timeZone: 'Asia/Tokyo' },
      jitterMs: 7_200_000,
    });
    const startsAt = view.startsAt ?? '';
    expect(new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Asia/Tokyo' }).format(Date.parse(startsAt))).toMatch(/Tue|Wed/u);
    await card().locator(`time[datetime="${startsAt}"]`).waitFor();
    await expectFine(page);
    await page.setViewportSize(WIDE);
  });

  it('follows what somebody else sets, and doesn’t overwrite it unseen', async () => {
    await open();
    const body = { schedule: { rotateEveryMs: 30 * DAY_MS } };
    expect((await ask(`${credentialPath(credentialId)}/schedule`, { method: 'PUT', body })).status).toBe(200);
    await card().getByText('Every 30 days since the last commit.').waitFor();
    await save();
    await dialog().getByRole('alert').getByText('Somebody changed it meanwhile').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await open();
    expect(await dialog().getByLabel('Every', { exact: true }).inputValue()).toBe('30');
    await dialog().getByLabel('Rotate it by a schedule').uncheck();
    await save();
    await dialog().waitFor({ state: 'detached' });
    await card().getByText('It is rotated when somebody asks.').waitFor();
    expect((await saved()).schedule).toBeNull();
  });

  it('is only looked at by who may only look', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, adminUiUrl, 'auditor');
      await view.goto(`${adminUiUrl}/${credentialId}?tab=policy`);
      await view.getByText('It is rotated when somebody asks.').waitFor();
      expect(await view.getByRole('button', { name: 'Change the schedule' }).count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
