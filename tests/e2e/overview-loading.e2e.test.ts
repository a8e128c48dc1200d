import { waitUntil } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, credentialPath } from './support/ask.ts';
import { twoFrames } from './support/frames.ts';
import { makeFailedRotation, type ManagedRole } from './support/managed-role.ts';
import { needsOn, untilListed } from './support/needs.ts';

const { endpoints } = inject('stack');
const homeUrl = new URL('/', endpoints.adminUiUrl).href;
/** Seven lists of what needs somebody, three of rotations, and the figures. */
const READINGS = 11;

let chromium: Chromium;
let page: Page;
/** Its only rotation failed. */
let failed: ManagedRole;

const prepare = async (): Promise<void> => {
  failed = await makeFailedRotation();
  const isKnown = async () => (await ask('/api/v1/rotations?status=failed&limit=60')).text.includes(failed.credentialId);
  expect(await waitUntil(isKnown, { timeoutMs: 30_000 })).toBe(true);
};

beforeAll(async () => {
  await prepare();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, `${endpoints.adminUiUrl}?q=${failed.address}`, 'operator');
  await page.getByRole('link', { name: failed.address, exact: true }).waitFor();
});
afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }));
afterAll(() => chromium?.close());

describe('the overview, while it is read', () => {
  it('comes all at once: not before it is known of each failed rotation whether it was the last', async () => {
    const held = Promise.withResolvers<void>();
    await page.route(`**${credentialPath(failed.credentialId)}`, (route) => held.promise.then(() => route.continue()));
    await page.goto('about:blank');
    const read = new Set<string>();
    page.on('requestfinished', (request) => {
      const { pathname, search } = new URL(request.url());
      if (/^\/api\/v1\/(?:stats|rotations|admin\/credentials)$/u.test(pathname)) read.add(pathname + search);
    });
    await page.goto(homeUrl);
    await expect.poll(() => read.size, { timeout: 30_000 }).toBe(READINGS);
    await twoFrames(page);
    expect(await needsOn(page).count()).toBe(0);
    await page.getByText('Looking for what needs someone', { exact: false }).waitFor();
    held.resolve();
    await needsOn(page).waitFor();
    const row = needsOn(page).getByRole('listitem').filter({ hasText: failed.address });
    await untilListed(needsOn(page), row.filter({ hasText: 'The last rotation failed' }));
  });

  it('stays while audit is asked again in vain, says so all the time, and is whole once audit answers', async () => {
    let asked = 0;
    await page.route(/\/api\/v1\/(?:stats|rotations\?)/u, (route) => {
      asked += 1;
      return route.abort();
    });
    await page.goto(homeUrl);
    const untold = page.getByText('Audit, which tells of it, does not answer just now.', { exact: false });
    await untold.first().waitFor();
    const unsaid = needsOn(page).getByText('Whether a rotation failed is told by audit', { exact: false });
    expect([await unsaid.count(), await needsOn(page).getByText('Nothing needs anybody').count()]).toEqual([1, 0]);
    const shown = await needsOn(page).elementHandle();
    for (let round = 1; round <= 2; round += 1) {
      const before = asked;
      await expect.poll(() => asked, { timeout: 40_000 }).toBeGreaterThan(before);
      await twoFrames(page);
      expect(await untold.count()).toBe(3);
    }
    expect(await shown?.evaluate((element) => element.isConnected)).toBe(true);
    await page.unrouteAll();
    await untold.first().waitFor({ state: 'detached' });
    await unsaid.waitFor({ state: 'detached' });
    expect(await shown?.evaluate((element) => element.isConnected)).toBe(true);
    await page.getByRole('region', { name: 'Credentials by provider and age' }).getByRole('img').first().waitFor();
  });
});
