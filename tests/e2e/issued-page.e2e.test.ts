import { randomBytes, randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { expectFine } from './support/expect-fine.ts';

const { endpoints } = inject('stack');
const newToken = (): string => randomBytes(20).toString('hex');
const [ISSUER, FIRST] = [newToken(), newToken()];
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const account = new Map<string, CloudflareToken>([
  [ISSUER, { status: 'active', zones: [], mayManageTokens: true }],
  [FIRST, { status: 'active', zones: ['a.example'], policies: POLICIES }],
]);

let cloudflare: Simulator;
let chromium: Chromium;
let credentialId: string;

beforeAll(async () => {
  cloudflare = await startCloudflare(account);
  const registered = async (name: string, token: string, issuer?: string): Promise<string> => {
    const made = await admin().register({
      address: `system.cloudflare.${name}-${randomUUID().slice(0, 8)}`,
      credentialType: 'cloudflare_api_token',
      publicFields: { apiBaseUrl: cloudflare.url },
      secretFields: { token },
      policy: SAMPLE_POLICY,
      ...(issuer === undefined ? {} : { issuer }),
    });
    return made.credentialId;
  };
  credentialId = await registered('page', FIRST, await registered('page-issuer', ISSUER));
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await cloudflare?.close();
});

it('a Cloudflare token is rotated on the page, from the button to the deletion of the old one at Cloudflare', async () => {
  const page = await chromium.context.newPage();
  await signInAs(page, `${endpoints.adminUiUrl}/${credentialId}`, 'operator');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'Start rotation' }).click();
  const run = page.getByRole('region', { name: 'Rotation 1', exact: true });
  await run.locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor({ timeout: 60_000 });
  const living = [...account.keys()].filter((token) => token !== ISSUER);
  expect(living).toHaveLength(1);
  expect(living).not.toContain(FIRST);
  expect(await readCredential(credentialId)).toMatchObject({ current: 2, ledger: [] });
  const html = await page.content();
  expect([FIRST, ...living].filter((token) => html.includes(token))).toEqual([]);
  await expectFine(page);
}, 120_000);
