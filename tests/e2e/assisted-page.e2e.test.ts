import { randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { expectFine } from './support/expect-fine.ts';
import { twoFrames } from './support/frames.ts';
import { STRIPE_PAGE_KEYS } from './support/stripe-keys.ts';

// A rotation in which a person makes the new key at Stripe and removes the old one, on the page.

const { adminUiUrl } = inject('stack').endpoints;
const [OLD, NEXT] = STRIPE_PAGE_KEYS;
const ADDRESS = `system.stripe.on-page-${randomUUID().slice(0, 8)}`;

let chromium: Chromium;
let page: Page;
let credentialId: string;
const sent: string[] = [];
beforeAll(async () => {
  const body = { credentialType: 'stripe_secret_key', publicFields: {}, secretFields: { secretKey: OLD }, policy: SAMPLE_POLICY } as const;
  ({ credentialId } = await admin().register({ address: ADDRESS, ...body }));
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 } } });
  page = await chromium.context.newPage();
  page.on('request', (request: Request) => void sent.push(request.postData() ?? ''));
  await signInAs(page, adminUiUrl, 'admin');
  await page.goto(`${adminUiUrl}/${credentialId}`);
  await page.getByRole('heading', { level: 1, name: ADDRESS }).waitFor();
}, 300_000);
afterAll(() => chromium?.close());

const start = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'Start rotation' }).click();
};
const card = (what: 'make the new' | 'remove the old') => page.getByRole('region', { name: `Your turn: ${what} value at Stripe` });

/** Nothing has the focus, so no button says by a tooltip why it can't be pressed. */
const expectCardFine = async (): Promise<void> => {
  await page.getByRole('heading', { level: 1, name: ADDRESS }).click();
  await expect.poll(() => page.getByRole('tooltip').count()).toBe(0);
  await expectFine(page);
  await page.setViewportSize({ width: 1280, height: 900 });
};

/** Also where the run itself can't be read, of which the credential tells enough. */
const keepsWhatIsTyped = async (): Promise<void> => {
  let asked = 0;
  await page.route(/\/rotations\/\d+$/u, (route) => {
    asked += 1;
    return route.abort();
  });
  await page.reload();
  const secret = card('make the new').getByRole('textbox', { name: 'Secret key' });
  await secret.fill('typed before');
  await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(3); // three times, then it has failed, then once more
  await twoFrames(page);
  expect(await secret.inputValue()).toBe('typed before');
  await page.unrouteAll();
};

describe('a rotation with a person', () => {
  it('is cancelled while it waits for the value, and nothing has changed', async () => {
    await start();
    await card('make the new').waitFor();
    await expectCardFine();
    await keepsWhatIsTyped();
    await page.getByRole('button', { name: 'Cancel rotation' }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('Say why, in a few words.').waitFor();
    await page.getByLabel('Why').fill('not today');
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await card('make the new').waitFor({ state: 'detached' });
    expect(await readCredential(credentialId)).toMatchObject({ current: 1, openEpoch: null, ledger: [] });
  });

  it('shows the provider’s own steps, refuses a wrong key with its reason, and seals the right one in the browser', async () => {
    await start();
    const value = card('make the new');
    await value.getByRole('listitem').first().waitFor();
    expect(await value.getByRole('list', { name: 'What to do' }).textContent()).toContain('Do not roll');
    expect(await value.getByRole('link', { name: 'Open Stripe' }).getAttribute('href')).toMatch(/^https:\/\/dashboard\.stripe\.com/u);
    await value.getByRole('textbox', { name: 'Secret key' }).fill('sk_test_mistyped0123456789abcdef');
    await value.getByRole('button', { name: 'Test and use it' }).click();
    await value.getByText("Stripe doesn't know this key").waitFor();
    await value.getByRole('textbox', { name: 'Secret key' }).fill(NEXT);
    await value.getByRole('button', { name: 'Test and use it' }).click();
    await card('remove the old').waitFor({ timeout: 60_000 });
    expect(sent.filter((body) => body.includes(NEXT) || body.includes('mistyped'))).toEqual([]);
    expect(sent.some((body) => body.includes('"sealed"'))).toBe(true);
  });

  it('asks the provider whether the old one is gone, and ends when it is', async () => {
    const removal = card('remove the old');
    await expectCardFine();
    await removal.getByRole('button', { name: 'I removed it: check' }).click();
    await page.getByTestId('rotation-sentence').getByText('It is still taken').waitFor({ timeout: 60_000 });
    await fetch(`${inject('stack').controlUrl}/stripe/expire-on-page`, { method: 'POST' });
    await page.getByTestId('rotation-sentence').getByText('completed').waitFor({ timeout: 90_000 });
    const { versions, ledger } = await readCredential(credentialId);
    expect([versions.find(({ status }) => status === 'current')?.version, ledger]).toEqual([versions[0]?.version, []]);
  });
});
