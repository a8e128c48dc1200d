import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { readCredential } from './support/admin.ts';
import { type IssuedToken, registerIssuedToken } from './support/cloudflare-tokens.ts';
import { expectFine } from './support/expect-fine.ts';

const { endpoints } = inject('stack');

let issued: IssuedToken;
let chromium: Chromium;

beforeAll(async () => {
  issued = await registerIssuedToken();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
});
afterAll(async () => {
  await chromium?.close();
  await issued?.cloudflare.close();
});

it('a Cloudflare token is rotated on the page, from the button to the deletion of the old one at Cloudflare', async () => {
  const page = await chromium.context.newPage();
  await signInAs(page, `${endpoints.adminUiUrl}/${issued.credentialId}`, 'operator');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'Start rotation' }).click();
  const run = page.getByRole('region', { name: 'Rotation 1', exact: true });
  await run.locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor({ timeout: 60_000 });
  const living = issued.living();
  expect(living).toHaveLength(1);
  expect(living).not.toContain(issued.firstToken);
  expect(await readCredential(issued.credentialId)).toMatchObject({ current: 2, ledger: [] });
  const html = await page.content();
  expect([issued.firstToken, ...living].filter((token) => html.includes(token))).toEqual([]);
  await expectFine(page);
});
