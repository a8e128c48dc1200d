import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential, untilSteady } from './support/admin.ts';
import { ask, credentialPath, expectProblem, rotationsPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { type Laggard, startLaggard } from './support/laggard.ts';
import { makeManagedRole, type ManagedRole } from './support/managed-role.ts';
import { logsIn } from './support/orders-roles.ts';
import { spelledIn } from './support/spelled.ts';

// What is done with one credential on its page, each seen in a second tab as well; and what is left of it in the browser.

const { endpoints } = inject('stack');
const { adminUiUrl, temporalUiUrl } = endpoints;
const WIDE = { width: 1280, height: 900 };

let chromium: Chromium;
let page: Page;
let tab: Page;
let made: ManagedRole;
let laggard: Laggard | undefined;

beforeAll(async () => {
  made = await makeManagedRole({});
  const permissions = ['clipboard-read', 'clipboard-write'];
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce', permissions } });
  page = await chromium.context.newPage();
  await signInAs(page, `${adminUiUrl}/${made.credentialId}`, 'admin');
  tab = await chromium.context.newPage();
  await tab.goto(`${adminUiUrl}/${made.credentialId}`);
  for (const view of [page, tab]) await view.getByText('Live', { exact: true }).waitFor();
  await page.bringToFront();
});
afterAll(async () => {
  await chromium?.close();
  await laggard?.close();
  await untilSteady(made.credentialId);
});

const isFine = async (): Promise<void> => {
  await expectFine(page);
  await page.setViewportSize(WIDE);
};
const runOf = (view: Page, epoch: number): Locator => view.getByRole('region', { name: `Rotation ${epoch}`, exact: true });
const isDone = (view: Page, epoch: number, step: string): Promise<void> =>
  runOf(view, epoch).locator('li[data-status="done"]', { hasText: step }).waitFor();
const choose = async (item: string): Promise<Locator> => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  return page.getByRole('dialog');
};
const reveal = () => ask(`${credentialPath(made.credentialId)}/reveal`, { method: 'POST', body: { reason: 'looking' } });

describe('a credential that is disabled', () => {
  it('is enabled again from the menu, for a reason, and then has its secret for who may have it', async () => {
    const off = await choose('Disable');
    await off.getByLabel('Reason').fill('a leak is suspected');
    await off.getByRole('button', { name: 'Disable' }).click();
    const note = (view: Page): Locator => view.getByText('Disabled by Ada Admin: a leak is suspected');
    for (const view of [page, tab]) await note(view).waitFor();
    expectProblem(await reveal(), 409, 'credential-disabled');

    const on = await choose('Enable');
    await on.getByText('Consumers get the secret again.').waitFor();
    await on.getByRole('button', { name: 'Enable' }).click();
    expect((await readCredential(made.credentialId)).status).toBe('disabled'); // not without a reason
    await isFine();
    await on.getByLabel('Reason').fill('it was none');
    await on.getByRole('button', { name: 'Enable' }).click();
    await on.waitFor({ state: 'detached' });
    for (const view of [page, tab]) await note(view).waitFor({ state: 'detached' });
    expect(await readCredential(made.credentialId)).toMatchObject({ status: 'active', disabled: null });
    expect((await reveal()).status).toBe(200);
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('tabpanel').getByText('it was none').first().waitFor();
  });
});

describe('a value that leaked', () => {
  it('is rotated as compromised, which the run says, and the run is found in Temporal', async () => {
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const form = page.getByRole('dialog', { name: `Rotate ${made.address}?` });
    await form.getByText('Compromised', { exact: true }).click();
    await form.getByText('Waits are shortened', { exact: false }).waitFor();
    await form.getByLabel('Note').fill('it stood in a chat');
    await isFine();
    await form.getByRole('button', { name: 'Start rotation' }).click();
    for (const view of [page, tab]) {
      await runOf(view, 1).getByText('Compromised, by Ada Admin', { exact: false }).waitFor();
      await runOf(view, 1).getByText('it stood in a chat').waitFor();
    }
    const link = runOf(page, 1).getByRole('link', { name: 'Open the run in Temporal' });
    expect(await link.getAttribute('href')).toMatch(new RegExp(`^${temporalUiUrl}`, 'u'));
    const [temporal] = await Promise.all([chromium.context.waitForEvent('page'), link.click()]);
    await temporal.getByText(`rotate/${made.credentialId}/1`).first().waitFor();
    await temporal.close();
    await page.bringToFront();
    await isDone(page, 1, 'Completed');
    expect((await ask(`${rotationsPath(made.credentialId)}/1`)).json).toMatchObject({ status: 'completed', reason: 'compromised' });
    expect(await logsIn(made.role, made.password)).toBe(false);
  });
});

describe('a rotation that was committed', () => {
  let held: ManagedRole;

  it('is rolled back from its run while that is open, for a reason, and the version before is current again', async () => {
    held = await makeManagedRole({ deadlineMs: 600_000 });
    laggard = await startLaggard(held.address, { user: held.role, password: held.password });
    for (const view of [page, tab]) {
      await view.goto(`${adminUiUrl}/${held.credentialId}`);
      await view.getByText('Live', { exact: true }).waitFor();
    }
    await page.bringToFront();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByRole('button', { name: 'Start rotation' }).click();
    await isDone(page, 1, 'Committed');
    await runOf(page, 1).getByRole('button', { name: 'Roll back', exact: true }).click();
    const box = page.getByRole('dialog', { name: 'Roll back' });
    await box.getByText('Make v1 current again, instead of v2?').waitFor();
    await box.getByRole('button', { name: 'Roll back now' }).click();
    await box.getByText('Say why').waitFor();
    await isFine();
    expect((await readCredential(held.credentialId)).current).toBe(2);
    await box.getByLabel('Reason').fill('the new one is slow');
    await box.getByRole('button', { name: 'Roll back now' }).click();
    await box.waitFor({ state: 'detached' });
    for (const view of [page, tab]) {
      await runOf(view, 1).getByText('Rolled back by Ada Admin: the new one is slow').waitFor();
      await isDone(view, 1, 'Rolled back');
    }
    expect((await readCredential(held.credentialId)).current).toBe(1);
    expect(await runOf(page, 1).getByRole('button', { name: 'Roll back', exact: true }).count()).toBe(0);
  });

  it('ends once nobody uses what was withdrawn, with the old value as good as before', async () => {
    await laggard?.close();
    laggard = undefined;
    for (const view of [page, tab]) await isDone(view, 1, 'Completed');
    await runOf(page, 1).getByTestId('rotation-sentence').getByText('version 1 of', { exact: false }).waitFor();
    const { versions, openEpoch } = await readCredential(held.credentialId);
    expect([openEpoch, versions.map(({ version, status }) => `${version} ${status}`)]).toEqual([null, ['2 revoked', '1 current']]);
    expect(await logsIn(held.role, held.password)).toBe(true);
    await isFine();
  });

  it('has its secret copied, and the clipboard is cleared after half a minute, though what offered it is gone', async () => {
    await page.clock.install();
    await page.reload();
    const dialog = await choose('Reveal the secret');
    await dialog.getByLabel('Reason').fill('to log in by hand');
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await dialog.getByRole('button', { name: 'Copy Password' }).click();
    await dialog.getByRole('status').getByText('the clipboard is cleared', { exact: false }).waitFor();
    const clipboard = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
    expect(await clipboard()).toBe(held.password);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.clock.fastForward(31_000);
    await expect.poll(clipboard, { timeout: 10_000 }).toBe('');
  });

  it('leaves no secret in the browser', async () => {
    const secrets = [made.password, held.password];
    for (const view of [page, tab]) {
      const kept = await view.evaluate<string>(`(async () => JSON.stringify([
        Object.entries(localStorage), Object.entries(sessionStorage), document.cookie,
        (await indexedDB.databases()).map(({ name }) => name), await caches.keys(), history.state,
      ]))()`);
      expect(spelledIn(`${kept}\n${view.url()}\n${await view.content()}`, secrets)).toEqual([]);
    }
    expect(spelledIn(JSON.stringify(await chromium.context.storageState({ indexedDB: true })), secrets)).toEqual([]);
  });
});
