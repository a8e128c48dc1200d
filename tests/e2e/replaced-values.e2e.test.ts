import { randomBytes, randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential, rotateToEnd } from './support/admin.ts';
import { ask, credentialPath, expectProblem } from './support/ask.ts';
import { askDocumented } from './contract/call.ts';
import { flaws } from './support/axe.ts';
import { type IssuedToken, POLICIES, registerIssuedToken } from './support/cloudflare-tokens.ts';
import { expectFine } from './support/expect-fine.ts';
import { needsOn, untilListed } from './support/needs.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';

// What was in use until somebody replaced it by hand: what Keyturn made is removed, what a person made is theirs.

const { credentialId: ordersId, endpoints } = inject('stack');
const TIMEOUT = { timeout: 90_000 };

const bring = async (credentialId: string, body: object): Promise<void> => {
  const brought = await ask(`${credentialPath(credentialId)}/versions`, { method: 'POST', body });
  expect({ status: brought.status, text: brought.text }).toMatchObject({ status: 201 });
};

const timeline = async (credentialId: string): Promise<string> => (await ask(`${credentialPath(credentialId)}/timeline`)).text;

describe('a token that Cloudflare issued and a person replaced', () => {
  let issued: IssuedToken;
  beforeAll(async () => {
    issued = await registerIssuedToken();
  });
  afterAll(() => issued?.cloudflare.close());

  it('is owed, shown, and deleted at Cloudflare; the person’s stays', async () => {
    const { credentialId, account } = issued;
    expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', to: 2 });
    const [made = ''] = issued.living();
    const brought = randomBytes(20).toString('hex');
    account.set(brought, { status: 'active', zones: ['a.example'], policies: POLICIES });
    await bring(credentialId, { secretFields: { token: brought } });
    await expect.poll(() => issued.living(), TIMEOUT).toEqual([brought]);
    await expect.poll(async () => (await readCredential(credentialId)).ledger, TIMEOUT).toEqual([]);
    const { attention, current, versions } = await readCredential(credentialId);
    expect([attention, current, versions.find(({ version }) => version === 2)?.status]).toEqual([null, 3, 'revoked']);
    await expect.poll(() => timeline(credentialId), TIMEOUT).toContain('ledger: version 2 is settled (revoked)');
    const told = await timeline(credentialId);
    expect(told).toContain('Replaced by hand: Keyturn removes it at the provider once nobody uses it any more.');
    expect([made, brought].filter((token) => told.includes(token))).toEqual([]);
  }, 240_000);
});

describe('a role that a person replaced by another one', () => {
  const role = `left_${randomUUID().slice(0, 8)}`;
  const other = `${role}_other`;
  const [PASSWORD, OTHER_PASSWORD] = [`canary-${randomUUID()}`, `canary-${randomUUID()}`];
  const address = `system.postgres.${role.replace('_', '-')}`;
  let chromium: Chromium;
  let page: Page;
  let credentialId: string;

  beforeAll(async () => {
    const orders = await readCredential(ordersId);
    await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    await inOrders(`CREATE ROLE ${other} LOGIN PASSWORD '${OTHER_PASSWORD}'`);
    const publicFields = { ...orders.publicFields, username: role };
    const registered = await admin().register({
      address,
      credentialType: 'database_password',
      publicFields,
      secretFields: { password: PASSWORD },
      issuer: orders.issuer ?? '',
    });
    ({ credentialId } = registered);
    await bring(credentialId, { publicFields: { ...publicFields, username: other }, secretFields: { password: OTHER_PASSWORD } });
    chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
    page = await chromium.context.newPage();
    await signInAs(page, endpoints.adminUiUrl, 'operator');
  }, 300_000);
  afterAll(async () => {
    await chromium?.close();
    for (const each of [role, other]) await inOrders(`DROP ROLE IF EXISTS ${each}`);
  });

  it('is an alarm on the overview and in the list, and still lets somebody in', async () => {
    expect(await readCredential(credentialId)).toMatchObject({
      attention: { needs: 'leftover', why: expect.stringContaining(`Keyturn didn't make ${role}`) },
      ledger: [{ version: 1, providerId: role, canSettle: true }],
    });
    const listed = await ask(`/api/v1/admin/credentials?needs=leftover&search=${address}`);
    expect(listed.json).toMatchObject({ items: [{ credentialId }] });
    await page.goto(new URL('/', endpoints.adminUiUrl).href);
    const needs = needsOn(page);
    const row = needs.getByRole('listitem').filter({ hasText: address });
    const what = row.filter({ hasText: 'Something is left at the provider that may still let somebody in' });
    await untilListed(needs, what.filter({ hasText: `Keyturn didn't make ${role}` }));
    expect(await logsIn(role, PASSWORD)).toBe(true);
  });

  it('is settled on the page with a reason, which is recorded', async () => {
    await page.goto(`${endpoints.adminUiUrl}/${credentialId}`);
    await page.getByText('Left at the provider').waitFor();
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('button', { name: 'Settle what is left of v1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the reports use that role, too');
    expect(await flaws(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Settle' }).click();
    await page.getByText('Left at the provider').waitFor({ state: 'detached' });
    expect(await readCredential(credentialId)).toMatchObject({ attention: null, ledger: [] });
    await page.getByText('left alive at the provider, because the reports use that role, too').waitFor();
    await expect.poll(() => timeline(credentialId), TIMEOUT).toContain('settled version 1 by hand');
    expect(await logsIn(role, PASSWORD)).toBe(true);
    const again = { method: 'POST', body: { reason: 'something else' } };
    expectProblem(await askDocumented(`${credentialPath(credentialId)}/versions/1/settle`, again), 409, 'nothing-left-over');
  });

  it('is settled over the API as well, once the first role is brought back instead of the other', async () => {
    const { publicFields } = await readCredential(credentialId);
    await bring(credentialId, { publicFields: { ...publicFields, username: role }, secretFields: { password: PASSWORD } });
    const settle = { method: 'POST', body: { reason: 'both roles are in use' } };
    const settled = await askDocumented(`${credentialPath(credentialId)}/versions/2/settle`, settle);
    expect({ status: settled.status, json: settled.json }).toMatchObject({ status: 200, json: { credentialId, version: 2 } });
    expect(await readCredential(credentialId)).toMatchObject({ current: 3, attention: null, ledger: [] });
  });
});
