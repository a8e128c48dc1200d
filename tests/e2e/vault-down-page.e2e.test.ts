import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential, untilSteady } from './support/admin.ts';
import { expectFine } from './support/expect-fine.ts';
import { controlVault, untilReady } from './support/vault-control.ts';

// What a person sees while the vault is down: on a page that was open, on one that is opened meanwhile, and where not even the session can be
// confirmed. None of them is touched again until all are as they should be.

const { credentialId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const WIDE = { width: 1280, height: 900 };
const SAID = 'Keyturn does not answer';

let chromium: Chromium;
/** It was open before. */
let open: Page;
/** It is opened while the session is still taken. */
let opened: Page;
/** It is opened when the session isn't taken any more. */
let late: Page;

beforeAll(async () => {
  await untilSteady(credentialId);
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
  open = await chromium.context.newPage();
  await signInAs(open, `${adminUiUrl}/${credentialId}`, 'operator');
  await open.getByText('Live', { exact: true }).waitFor();
  await controlVault('kill');
});
afterAll(async () => {
  await controlVault('restart');
  await untilReady();
  await chromium?.close();
  await untilSteady(credentialId);
});

const isFine = async (view: Page): Promise<void> => {
  await expectFine(view);
  await view.setViewportSize(WIDE);
};
const panel = (view: Page): Locator => view.getByRole('alert').filter({ has: view.getByRole('heading', { name: SAID }) });
const banner = (view: Page): Locator => view.getByRole('status').getByText('what you see may be old', { exact: false });

describe('while the vault is down', () => {
  it('a page that is opened says so in place of its content, and what it will do', async () => {
    opened = await chromium.context.newPage();
    await opened.goto(`${adminUiUrl}?q=${workload.address}`);
    await panel(opened).getByText('tries again by itself', { exact: false }).waitFor();
    await panel(opened).getByRole('button', { name: 'Try again' }).waitFor();
    expect(await opened.getByRole('table').count()).toBe(0);
    await isFine(opened);
  });

  it('a page that was open keeps what it shows, says that it may be old, and no longer claims to be live', async () => {
    await banner(open).waitFor();
    await open.getByRole('heading', { level: 1, name: workload.address }).waitFor();
    await open.getByText('Polling', { exact: true }).waitFor();
    expect(await panel(open).count()).toBe(0);
    await isFine(open);
  });

  it('what somebody asks for there is refused in a sentence; what was typed stays, and nothing waits to be done', async () => {
    await open.getByRole('button', { name: 'Rotate', exact: true }).click();
    const form = open.getByRole('dialog', { name: `Rotate ${workload.address}?` });
    await form.getByLabel('Note').fill('asked for while nobody was there');
    await form.getByRole('button', { name: 'Start rotation' }).click();
    await form.getByRole('alert').getByText(SAID).waitFor();
    expect(await form.getByLabel('Note').inputValue()).toBe('asked for while nobody was there');
  });

  it('a page whose session nobody can confirm says so, too, instead of asking for a sign-in', async () => {
    const session = new URL('/api/v1/session', adminUiUrl).href;
    await expect.poll(async () => (await chromium.context.request.get(session)).status(), { timeout: 60_000, interval: 500 }).toBe(503);
    late = await chromium.context.newPage();
    await late.goto(adminUiUrl.replace(/credentials$/u, 'settings'));
    await panel(late).getByText('tries again by itself', { exact: false }).waitFor();
    expect(await late.getByRole('link', { name: 'Sign in' }).count()).toBe(0);
    await isFine(late);
  });
});

describe('when it is back', () => {
  it('every page shows what is true again by itself, and what was refused is done once it is asked for anew', async () => {
    await controlVault('restart');
    await opened.getByRole('link', { name: workload.address, exact: true }).waitFor();
    await late.getByRole('term').filter({ hasText: 'Unused for' }).waitFor();
    await banner(open).waitFor({ state: 'detached' });
    await open.getByText('Live', { exact: true }).waitFor();
    for (const view of [open, opened, late]) expect(await panel(view).count()).toBe(0);
    const before = await readCredential(credentialId);
    expect(before.openEpoch).toBeNull();
    expect(before.rotations.some(({ note }) => note === 'asked for while nobody was there')).toBe(false);
    await open.getByRole('dialog').getByRole('button', { name: 'Start rotation' }).click();
    const run = open.getByRole('region', { name: `Rotation ${(before.rotations[0]?.epoch ?? 0) + 1}`, exact: true });
    await run.getByText('asked for while nobody was there').waitFor();
    await run.locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor();
  });
});
