import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask } from './support/ask.ts';
import { backupFolderOf } from './support/backup-place.ts';
import { expectFine } from './support/expect-fine.ts';
import { chooseAccount, signInLongAgo } from './support/sign-in-long-ago.ts';

// What is taken away of everything at once: an export to the disk of whoever asks, and a backup on the vault's host.

const { endpoints, varDir } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const folder = backupFolderOf(varDir);
const WIDE = { width: 1280, height: 900 };
/** Few rows, so that Tab has an end. */
const listUrl = `${adminUiUrl}?q=${workload.address}`;

let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, listUrl, 'admin');
  await page.getByRole('link', { name: workload.address, exact: true }).waitFor();
});
afterAll(async () => {
  await chromium?.close();
  rmSync(folder, { recursive: true, force: true });
});

const choose = async (view: Page, item: string): Promise<Locator> => {
  await view.getByRole('button', { name: 'Export and backup' }).click();
  await view.getByRole('menuitem', { name: item }).click();
  const dialog = view.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
};
const isFine = async (): Promise<void> => {
  await expectFine(page);
  await page.setViewportSize(WIDE);
};
const exportTo = async (dialog: Locator, format: 'CSV' | 'JSON'): Promise<{ name: string; text: string }> => {
  await dialog.getByLabel(format).check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
};

describe('an export of the credentials', () => {
  it('is saved as CSV, without a mask of a secret, and recorded; the dialog says what was saved', async () => {
    const dialog = await choose(page, 'Export as a file…');
    await dialog.getByText('No secrets, and no masks of them.', { exact: false }).waitFor();
    await isFine();
    const { name, text } = await exportTo(dialog, 'CSV');
    expect(name).toMatch(/^credentials-\d{4}-\d\d-\d\d\.csv$/u);
    const [head = '', ...rows] = text.split('\r\n');
    expect(head.split(',').slice(0, 3)).toEqual(['address', 'credentialId', 'credentialType']);
    expect(rows.filter((row) => row.startsWith(`${workload.address},`))).toHaveLength(1);
    expect(text).not.toContain('••');
    await dialog.getByText(new RegExp(`^${name} is saved: [\\d.]+ (byte|kB|MB)\\.$`, 'u')).waitFor();
    await isFine();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    const recorded = async (): Promise<unknown> => (await ask('/api/v1/audit/entries?text=credentials.exported&limit=1')).json;
    await expect.poll(recorded, { timeout: 10_000 }).toMatchObject({ items: [{ type: 'credentials.exported', who: 'Ada Admin' }] });
  });

  it('is JSON where that is chosen, by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Export and backup' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[role="menu"]:focus-within').waitFor();
    await page.getByRole('menuitem', { name: 'Export as a file…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await page.locator('[role="dialog"]:focus-within').waitFor();
    await dialog.getByLabel('CSV').focus();
    await page.keyboard.press('ArrowLeft');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const rows = JSON.parse(readFileSync(await download.path(), 'utf8')) as { address: string }[];
    expect(rows.map(({ address }) => address)).toContain(workload.address);
    await dialog.getByText('is saved', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate<string>(`document.activeElement?.getAttribute('aria-label')`)).toBe('Export and backup');
  });

  it('asks somebody who signed in a while ago to do so again', async () => {
    const other = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
    try {
      const view = await other.context.newPage();
      await signInLongAgo(view, listUrl, 'auditor');
      const dialog = await choose(view, 'Export as a file…');
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await dialog.getByRole('alert').getByText('Sign in again first').waitFor();
      await expectFine(view);
      await dialog.getByRole('link', { name: 'Sign in again' }).click();
      await chooseAccount(view, 'auditor');
      await view.waitForURL(listUrl);
      const again = await choose(view, 'Export as a file…');
      await Promise.all([view.waitForEvent('download'), again.getByRole('button', { name: 'Export', exact: true }).click()]);
    } finally {
      await other.close();
    }
  });
});

describe('a backup', () => {
  it('that can’t be made says what is missing on the vault’s host, and by which variables it is set', async () => {
    const dialog = await choose(page, 'Back up the vault…');
    await dialog.getByText('None was started from here yet.').waitFor();
    await dialog.getByRole('button', { name: 'Back up now' }).click();
    const panel = dialog.getByRole('alert');
    await panel.getByText('Backups are not set up on the vault’s host').waitFor();
    await panel.getByText('The vault says: the folder of BACKUP_FOLDER is not there.', { exact: false }).waitFor();
    expect(await panel.textContent()).toContain('BACKUP_RECIPIENTS_FILE');
    await isFine();
  });

  it('is started, followed to its end, and lies on the vault’s host', async () => {
    mkdirSync(folder);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Back up now' }).click();
    const said = dialog.getByText(/^keyturn-\S+\.age is whole and on disk: [\d.]+ (kB|MB)\. It reaches up to event [\d,.]+ of the log\.$/u);
    await said.waitFor({ timeout: 60_000 });
    const [file] = readdirSync(folder);
    expect(await said.textContent()).toContain(file);
    expect(await dialog.getByRole('alert').count()).toBe(0);
    await isFine();
    await page.keyboard.press('Escape');
    const again = await choose(page, 'Back up the vault…');
    await again.getByText(`The last one: ${file}, completed`, { exact: false }).waitFor();
    await again.getByText('by Ada Admin', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is offered to nobody but an admin', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, listUrl, 'operator');
      await view.getByRole('button', { name: 'Export and backup' }).click();
      await view.getByRole('menuitem', { name: 'Export as a file…' }).waitFor();
      expect(await view.getByRole('menuitem').count()).toBe(1);
    } finally {
      await other.close();
    }
  });
});
