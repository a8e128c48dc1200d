import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KeyRingView } from '@keyturn/contracts/api';
import { askDocumented } from './contract/call.ts';

const { endpoints, varDir } = inject('stack');
const keyRingUrl = endpoints.adminUiUrl.replace(/credentials$/u, 'key-ring');

let chromium: Chromium;
let page: Page;

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 } } });
  page = await chromium.context.newPage();
  await signInAs(page, keyRingUrl, 'admin');
});
afterAll(() => chromium?.close());

const readRing = async (): Promise<KeyRingView> => KeyRingView.parse((await askDocumented('/api/v1/keyring')).json);

/** What an operator does on the vault's host. */
const addToHost = async (): Promise<string> => {
  const program = join(projectRoot, 'services', 'vault', 'src', 'kek.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'add', join(varDir, 'secrets', 'kek')]);
  return /kek-[0-9a-f]{16}/u.exec(stdout)?.[0] ?? '';
};

const untilHeldEverywhere = (kekId: string) =>
  expect.poll(async () => (await readRing()).replicas.every(({ kekIds }) => kekIds.includes(kekId)), { timeout: 20_000 }).toBe(true);

const rowOf = (kekId: string): Locator =>
  page.getByRole('table', { name: 'Key-encryption keys' }).getByRole('row').filter({ hasText: kekId });

const ring = async (kekId: string): Promise<Locator> => {
  await page.getByRole('button', { name: 'Add a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Fingerprint').fill(kekId);
  await dialog.getByRole('button', { name: 'Add it' }).click();
  return dialog;
};

describe('the page of the key ring', () => {
  it('says why a key is not taken in', async () => {
    const dialog = await ring('kek-1');
    await dialog.getByText('A fingerprint is kek- and 16 hex digits').first().waitFor();
    await dialog.getByLabel('Fingerprint').fill('kek-0000000000000000');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await dialog.getByRole('alert').getByText('The vault doesn’t see this key').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await readRing()).keys.some(({ kekId }) => kekId === 'kek-0000000000000000')).toBe(false);
  });

  it('replaces the key under everything: adds, activates, re-wraps and retires, and shows each as it happens', async () => {
    const before = (await readRing()).keys.find(({ state }) => state === 'active')?.kekId ?? '';
    const fresh = await addToHost();
    await untilHeldEverywhere(fresh);
    await (await ring(fresh)).waitFor({ state: 'detached' });

    await rowOf(fresh).getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
    await rowOf(fresh).getByText('active', { exact: true }).waitFor();
    await rowOf(before).getByText('retiring', { exact: true }).waitFor();

    await rowOf(before).getByRole('button', { name: 'Retire' }).click();
    const retire = page.getByRole('dialog');
    await retire.getByRole('button', { name: 'Retire' }).click();
    await retire.getByRole('alert').getByText('Something still hangs on the key').waitFor();
    await retire.getByRole('button', { name: 'Cancel' }).click();
    await retire.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Re-wrap everything' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    const panel = page.getByRole('region', { name: 'Re-wrap' });
    await panel.getByText(`Everything moved to ${fresh}`).waitFor();
    const { rewrap, keys } = await readRing();
    expect([rewrap?.status, rewrap?.failed, rewrap?.remaining]).toEqual(['completed', 0, 0]);
    expect(await page.evaluate<number>(`document.querySelector('progress').position`)).toBe(1);
    expect(keys.find(({ kekId }) => kekId === fresh)?.uses.dataKeys).toBeGreaterThan(0);

    await rowOf(before).getByRole('button', { name: 'Retire' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
    await rowOf(before).getByText('retired', { exact: true }).waitFor();
    await rowOf(before).getByText('nothing', { exact: true }).waitFor();
  });

  it('shows a replacement that was asked for in one request', async () => {
    const before = (await readRing()).keys.find(({ state }) => state === 'active')?.kekId ?? '';
    const fresh = await addToHost();
    const rotate = () => askDocumented('/api/v1/keyring/rotate', { method: 'POST', body: { kekId: fresh } });
    await untilHeldEverywhere(fresh);
    const rotated = await rotate();
    expect(rotated).toMatchObject({ status: 202, json: { kekId: fresh } });
    await rowOf(fresh).getByText('active', { exact: true }).waitFor();
    await rowOf(before).getByText('retiring', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Re-wrap' }).getByText(`Everything moved to ${fresh}`).waitFor();
    expect((await readRing()).rewrap).toMatchObject({ runId: (rotated.json as { runId: string }).runId, status: 'completed', failed: 0 });
    const retired = await askDocumented(`/api/v1/keyring/keys/${before}/retire`, { method: 'POST', body: {} });
    expect(retired).toMatchObject({ status: 200, json: { kekId: before, state: 'retired' } });
    expect(await rotate()).toMatchObject({ status: 202, json: { kekId: fresh, totalCredentials: 0 } });
  });

  it('offers an auditor nothing to do', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, keyRingUrl, 'auditor');
      await view.getByRole('table', { name: 'Key-encryption keys' }).waitFor();
      expect(await view.getByRole('button', { name: /Add a key|Activate|Retire|Re-wrap/u }).count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});
