import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath, expectProblem } from './support/ask.ts';
import { flaws as flawsOf } from './support/axe.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const role = `life_${randomUUID().slice(0, 8)}`;
const PASSWORD = `canary-of-a-life-${randomUUID()}`;
const NEW_PASSWORD = `canary-of-another-life-${randomUUID()}`;
const ADDRESS = `system.postgres.${role.replace('_', '-')}`;

let chromium: Chromium;
let page: Page;
let credentialId: string;

/** A role that Keyturn's issuer may manage, and the credential of it. */
const registerRole = async (): Promise<string> => {
  const orders = await readCredential(ordersId);
  const issuer = await readCredential(orders.issuer ?? '');
  await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  await inOrders(`GRANT ${role} TO ${issuer.publicFields['username']} WITH ADMIN TRUE`);
  const registered = await admin().register({
    address: ADDRESS,
    credentialType: 'database_password',
    publicFields: { ...orders.publicFields, username: role },
    secretFields: { password: PASSWORD },
    issuer: issuer.credentialId,
  });
  return registered.credentialId;
};

beforeAll(async () => {
  credentialId = await registerRole();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 } } });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'admin');
  await page.goto(`${adminUiUrl}/${credentialId}`);
  await page.getByRole('heading', { level: 1, name: ADDRESS }).waitFor();
}, 300_000);
afterAll(async () => {
  await chromium?.close();
  await inOrders(`DROP ROLE IF EXISTS ${role}`);
});

const flaws = (): Promise<string[]> => flawsOf(page);

const choose = async (item: string): Promise<void> => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

describe('the life of a credential on the page', () => {
  it('shows the secret for a reason, sealed to the page alone, and hides it again', async () => {
    await choose('Reveal the secret');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await dialog.getByLabel('Reason').fill('the e2e test looks at it');
    expect(await flaws()).toEqual([]);
    const answered = page.waitForResponse((response) => response.url().endsWith('/reveal'));
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    const response = await answered;
    const request: Request = response.request();
    expect([response.status(), response.headers()['cache-control']]).toEqual([200, 'no-store']);
    expect(await response.text()).not.toContain(PASSWORD);
    expect(request.postData()).toMatch(/"recipientKey":"[\w-]{43}"/u);
    const field = dialog.locator('[data-field="password"]');
    await field.waitFor();
    expect(await field.textContent()).not.toContain(PASSWORD);
    await dialog.getByRole('button', { name: 'Show Password' }).click();
    expect(await field.textContent()).toBe(PASSWORD);
    expect(await flaws()).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(PASSWORD);

    const log = async () =>
      (await ask(`${credentialPath(credentialId)}/access-log`)).json as { items: { what: string; why: string; who: string }[] };
    await expect
      .poll(async () => (await log()).items, { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ what: 'revealed', why: 'the e2e test looks at it' }));
  });

  it('changes nothing where the test of an edit fails, and says why beside the form', async () => {
    const orders = await readCredential(ordersId);
    await page.getByRole('button', { name: 'Edit fields' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Save as a new version' }).click();
    await form.getByRole('alert').getByText('Nothing was changed').waitFor();
    await form.locator('[name="port"]').fill('54x');
    await form.locator('[name="host"]').click();
    await form.getByText('The port is a number, such as 5432.').waitFor();
    await form.locator('[name="port"]').fill(orders.publicFields['port'] ?? '');
    await form.getByText('The port is a number, such as 5432.').waitFor({ state: 'detached' });
    await form.locator('[name="username"]').fill('nobody_at_all');
    await form.getByRole('button', { name: 'Save as a new version' }).click();
    await form.getByRole('alert').getByText('The test failed, so nothing has changed').waitFor();
    expect(await form.locator('[name="username"]').inputValue()).toBe('nobody_at_all');
    expect(await flaws()).toEqual([]);
    const { current, failedChange, publicFields } = await readCredential(credentialId);
    expect([current, failedChange?.version, publicFields['username']]).toEqual([1, 2, role]);
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  it('tests an edit before it is current, compares it, and goes back', async () => {
    await page.getByRole('button', { name: 'Edit fields' }).click();
    const form = page.getByRole('dialog');
    await form.locator('[name="sslmode"]').selectOption('prefer');
    await form.getByLabel('Reason').fill('the server has TLS now');
    await form.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('v3 is current').waitFor();
    await form.waitFor({ state: 'detached' });
    expect((await readCredential(credentialId)).current).toBe(3);
    await page.getByRole('button', { name: 'Compare v1 with the current version' }).click();
    const comparison = page.getByRole('dialog');
    await comparison.getByRole('row').filter({ hasText: 'TLS mode' }).getByText('added', { exact: true }).waitFor();
    await comparison.getByRole('row').filter({ hasText: 'Password' }).getByText('same', { exact: true }).waitFor();
    expect(await flaws()).toEqual([]);
    await comparison.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Roll back to v1' }).click();
    const back = page.getByRole('dialog');
    await back.getByLabel('Reason').fill('TLS was not it');
    await back.getByRole('button', { name: 'Roll back', exact: true }).click();
    await expect.poll(async () => (await readCredential(credentialId)).current, { timeout: 30_000 }).toBe(1);
  });

  it('keeps what is said of it: only what was changed is sent', async () => {
    await page.getByRole('button', { name: 'Edit details' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Owner').fill('team-life');
    await form.getByLabel('Labels').fill('Wrong one');
    await form.getByRole('button', { name: 'Save details' }).click();
    await form.getByText('“Wrong one” is no label').waitFor();
    await form.getByLabel('Labels').fill('environment: test');
    await form.getByLabel('Tags').fill('billing, e2e');
    await form.getByLabel('Expires on').fill('2031-05-06');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await form.getByRole('button', { name: 'Save details' }).click();
    expect(Object.keys((await sent).postDataJSON() as object).toSorted()).toEqual(['expiresAt', 'labels', 'owner', 'tags']);
    await form.waitFor({ state: 'detached' });
    const about = page.getByRole('region', { name: 'About this credential' });
    await about.getByText('team-life').waitFor();
    await about.getByText('environment: test').waitFor();
    const { owner, labels, tags, expiresAt } = await readCredential(credentialId);
    expect({ owner, labels, tags }).toEqual({ owner: 'team-life', labels: { environment: 'test' }, tags: ['billing', 'e2e'] });
    expect(Math.abs(Date.parse(expiresAt ?? '') - Date.parse('2031-05-06T12:00:00Z'))).toBeLessThan(36 * 3_600_000);
  });

  it('tests a new value while the form says so; a wrong one is refused with the reason, and nothing has changed', async () => {
    await page.getByRole('button', { name: 'New value' }).click();
    const form = page.getByRole('dialog');
    await form.getByText('It is tested at the provider, and becomes version 4 if it works.').waitFor();
    await form.locator('[name="password"]').fill(`wrong-${randomUUID()}`);
    const testing = form.getByRole('status').getByText('Testing it at the provider…');
    await page.route('**/versions', async (route) => {
      if (route.request().method() === 'POST') await testing.waitFor(); // it is on its way no sooner than that was seen
      await route.continue();
    });
    await form.getByRole('button', { name: 'Put it in place' }).click();
    await form.getByRole('alert').getByText('The test failed, so nothing has changed').waitFor();
    await page.unroute('**/versions');
    const said = `The server refuses the password of ${role}`;
    await form.getByRole('alert').getByText(said).waitFor();
    expect(await testing.count()).toBe(0);
    expect(await flaws()).toEqual([]);
    const { current, generation, versions, failedChange } = await readCredential(credentialId);
    expect([current, versions.find(({ version }) => version === 4)?.status]).toEqual([1, 'discarded']);
    expect(failedChange).toMatchObject({ kind: 'value', version: 4, code: 'test-invalid' });

    await inOrders(`ALTER ROLE ${role} PASSWORD '${NEW_PASSWORD}'`);
    await form.locator('[name="password"]').fill(NEW_PASSWORD);
    await form.getByRole('button', { name: 'Put it in place' }).click();
    await page.getByText('v5 is in place').waitFor();
    await form.waitFor({ state: 'detached' });
    const after = await readCredential(credentialId);
    expect([after.current, after.generation, after.untested]).toEqual([5, generation + 1, null]);
    expect(after.versions.find(({ version }) => version === 5)).toMatchObject({ status: 'current', tested: { verdict: 'valid' } });
    expect(after.ledger).toContainEqual(expect.objectContaining({ kind: 'superseded-not-revoked', version: 1, providerId: role }));
  });

  it('gives a disabled one to nobody, and takes no value for it', async () => {
    await choose('Disable');
    await page.getByRole('dialog').getByLabel('Reason').fill('a leak is suspected');
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('a leak is suspected').first().waitFor();
    const reveal = { method: 'POST', body: { reason: 'looking' } };
    expectProblem(await ask(`${credentialPath(credentialId)}/reveal`, reveal), 409, 'credential-disabled');
    const value = { method: 'POST', body: { secretFields: { password: NEW_PASSWORD } } };
    expectProblem(await ask(`${credentialPath(credentialId)}/versions`, value), 409, 'credential-disabled');
    await ask(credentialPath(credentialId), { method: 'PATCH', body: { enabled: true } });
  });

  it('is deleted with its address typed: revoked at the provider first, then shredded; its history stays', async () => {
    await choose('Delete');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Backups can still open its values until/u).waitFor();
    await dialog.getByLabel('Reason').fill('the e2e test is over');
    await dialog.getByLabel(`Type ${ADDRESS} to confirm`).fill('another');
    await dialog.getByText('This is not the address').waitFor();
    expect(await flaws()).toEqual([]);
    await dialog.getByLabel(`Type ${ADDRESS} to confirm`).fill(ADDRESS);
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('Revoked at the provider: v1, v3, v5.').waitFor({ timeout: 60_000 });
    expect(await flaws()).toEqual([]);
    expect(await logsIn(role, NEW_PASSWORD)).toBe(false);
    const reveal = { method: 'POST', body: { reason: 'looking' } };
    expectProblem(await ask(`${credentialPath(credentialId)}/reveal`, reveal), 410, 'credential-deleted');
    const { status, deleted, versions } = await readCredential(credentialId);
    expect([status, deleted?.revoked, versions.length]).toEqual(['deleted', [1, 3, 5], 5]);
    const { items } = (await ask(`/api/v1/admin/credentials?search=${ADDRESS}`)).json as { items: unknown[] };
    expect(items).toEqual([]);
  });
});
