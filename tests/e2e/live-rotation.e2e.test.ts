import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential, untilSteady } from './support/admin.ts';
import { type CutLine, cutLine } from './support/cut-line.ts';
import { startOnlooker } from './support/onlooker.ts';

const { credentialId, endpoints } = inject('stack');
const { adminUiUrl, natsUrl, workload } = endpoints;
const pageUrl = `${adminUiUrl}/${credentialId}`;
const LAGGARD = 'laggard';

let chromium: Chromium;
let page: Page;
let line: CutLine;
let laggard: Awaited<ReturnType<typeof startOnlooker>>;

beforeAll(async () => {
  await untilSteady(credentialId);
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, pageUrl, 'operator');
  await page.getByText('Live', { exact: true }).waitFor();
});
afterAll(async () => {
  await chromium?.close();
  line?.mend();
  await laggard?.close();
  await line?.stop();
  await untilSteady(credentialId);
});

const runOf = (of: Page, epoch: number): Locator => of.getByRole('region', { name: `Rotation ${epoch}`, exact: true });
const completed = (of: Page, epoch: number): Promise<void> =>
  runOf(of, epoch).locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor();

/** Writes down what a screen reader is told of the next run. */
const HEAR = `(() => {
  const all = () => [...document.querySelectorAll('section[aria-label^="Rotation "] > [role="status"][aria-live="polite"]')];
  const before = new Set(all());
  globalThis.heard = [];
  const hear = () => {
    for (const element of all()) {
      const { textContent } = element;
      if (!before.has(element) && textContent !== '' && globalThis.heard.at(-1) !== textContent) globalThis.heard.push(textContent);
    }
  };
  new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;
const moving = (of: Page): Promise<number> =>
  of.evaluate<number>(`document.getAnimations().filter(({ playState }) => playState === 'running').length`);

describe('a rotation on the page', () => {
  it('is the same in a second tab, started in the first', async () => {
    const tab = await chromium.context.newPage();
    await tab.goto(pageUrl);
    await tab.getByText('Live', { exact: true }).waitFor();
    await page.bringToFront();
    const newest = async (): Promise<number> => (await readCredential(credentialId)).rotations[0]?.epoch ?? 0;
    const before = await newest();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByRole('button', { name: 'Start rotation' }).click();
    await expect.poll(newest).toBeGreaterThan(before);
    const epoch = await newest();
    await tab.bringToFront();
    await runOf(tab, epoch).waitFor();
    await completed(tab, epoch);
    await completed(page, epoch);
    const shownIn = (of: Page): Promise<string | null> => runOf(of, epoch).getByTestId('rotation-sentence').textContent();
    expect(await shownIn(tab)).toBe(await shownIn(page));
    await tab.close();
    await page.bringToFront();
  });

  it('waits for an instance that was cut off and names it, and ends once it has proved the new version', async () => {
    line = await cutLine(natsUrl);
    laggard = await startOnlooker({ instance: LAGGARD, natsUrl: line.url });
    await page.reload();
    await page.getByRole('tab', { name: /^Consumers/u }).click();
    await page.getByRole('tabpanel').getByText(`orders/${LAGGARD}`).waitFor();
    line.cut();
    const { epoch } = await admin().rotate(credentialId);
    const run = runOf(page, epoch);
    const awaited = run
      .getByRole('list', { name: 'Acknowledgements' })
      .getByRole('listitem')
      .filter({ hasText: `orders/${LAGGARD}` });
    await awaited.getByText('awaited').waitFor();
    await run.getByTestId('rotation-sentence').getByText(LAGGARD).waitFor();
    expect(await run.locator('li[data-status="done"]', { hasText: 'Revoking' }).count()).toBe(0);
    expect((await readCredential(credentialId)).versions.filter(({ status }) => status === 'superseded').length).toBe(1);
    line.mend();
    await awaited.getByText('proved and reported working').waitFor();
    await completed(page, epoch);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(workload.address);
  });

  it('is told to a screen reader: each step by its name, with how it stands, and what becomes of it as it happens', async () => {
    await page.evaluate(HEAR);
    const { epoch } = await admin().rotate(credentialId);
    await completed(page, epoch);
    const run = runOf(page, epoch);
    const steps = await run.getByRole('list', { name: 'Steps' }).getByRole('listitem').allTextContents();
    expect(steps.length).toBeGreaterThan(8);
    expect(steps.filter((step) => !/^[A-Z][a-z]+, done/u.test(step))).toEqual([]);
    const heard = (): Promise<string[]> => page.evaluate<string[]>('globalThis.heard');
    await expect.poll(async () => (await heard()).at(-1)).toMatch(/^Rotation completed after /u);
    // How many steps a look catches is the machine's speed; each that is told has its name and its time.
    const told = (await heard()).slice(0, -1);
    expect(told.filter((sentence) => !/^[A-Z][a-z]+, [\d.]+ \w+ after the request$/u.test(sentence))).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
  });

  it('stands still for who asked for less motion, and says where it is all the same', async () => {
    line.cut();
    const { epoch } = await admin().rotate(credentialId);
    const run = runOf(page, epoch);
    await run.locator('li[aria-current="step"]', { hasText: 'Acknowledged, in progress' }).waitFor();
    await run.getByTestId('rotation-sentence').getByText(LAGGARD).waitFor();
    expect(await moving(page)).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await expect.poll(() => moving(page), { timeout: 10_000 }).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(() => moving(page), { timeout: 10_000 }).toBe(0);
    line.mend();
    await completed(page, epoch);
  });

  it('goes on while the page has lost its connection, which the page says, and is caught up with once that is back', async () => {
    const way = await cutLine(endpoints.adminUiUrl);
    try {
      const tab = await chromium.context.newPage();
      await tab.goto(`${way.url}/admin/system/credentials/${credentialId}`);
      await tab.getByText('Live', { exact: true }).waitFor();
      line.cut();
      const { epoch } = await admin().rotate(credentialId);
      const run = runOf(tab, epoch);
      await run.getByTestId('rotation-sentence').getByText(LAGGARD).waitFor();
      way.cut();
      await tab.getByText('The live connection is lost.', { exact: false }).waitFor();
      line.mend();
      await untilSteady(credentialId);
      // It shows what it knows, and doesn't claim more.
      expect(await run.getByTestId('rotation-sentence').textContent()).toContain(LAGGARD);
      expect(await run.locator('li[data-status="done"]', { hasText: 'Completed' }).count()).toBe(0);
      await tab.getByText('Polling', { exact: true }).waitFor();
      way.mend();
      await completed(tab, epoch);
      await tab.getByText('Live', { exact: true }).waitFor();
      await tab.getByText('The live connection is lost.', { exact: false }).waitFor({ state: 'detached' });
      await tab.close();
    } finally {
      line.mend();
      await way.stop();
    }
  });
});
