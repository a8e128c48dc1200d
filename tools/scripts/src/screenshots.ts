import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CredentialView } from '@keyturn/contracts/api';
import { devVarDir, followRotation, gatewayClient, readEndpoints, type Endpoints, type GatewayClient } from '@keyturn/dev-stack';
import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { BrowserContext, Page } from 'playwright-core';
import { keepPicture, type Scheme, SCHEMES } from './picture.ts';
import { SAMPLE_BULK_ID, sampleBulk } from './sample-bulk.ts';
import { sampleKeys } from './sample-keys.ts';
import { type Moment, sampleApproval, sampleAssisted, versionsOf } from './sample-runs.ts';

// `pnpm screenshots`: takes the pictures of the README from the running stack, in light and in dark. `KEYTURN_IMAGES_DIR` puts them elsewhere.

const LIST_SIZE = { width: 1280, height: 520 };
const RUN_SIZE = { width: 1280, height: 980 };
const FORM_SIZE = { width: 1280, height: 900 };
const RING_SIZE = { width: 1280, height: 660 };
const OVERVIEW_SIZE = { width: 1280, height: 960 };
const CONSUMERS_SIZE = { width: 1280, height: 420 };
const AUDIT_SIZE = { width: 1280, height: 760 };
const KEYS_SIZE = { width: 1280, height: 960 };
const SETTINGS_SIZE = { width: 1280, height: 960 };
const BULK_SIZE = { width: 1280, height: 760 };
const SCHEDULE_SIZE = { width: 1280, height: 960 };
const TESTS_SIZE = { width: 1280, height: 560 };
const TIMEOUT_MS = 60_000;

type Site = { readonly endpoints: Endpoints; readonly api: GatewayClient; readonly credentialId: string };

const take = (page: Page): Promise<Buffer> => page.screenshot({ animations: 'disabled' });

/** What the gateway says of the credential. */
const readCredential = async ({ endpoints, credentialId }: Site): Promise<CredentialView> => {
  const headers = { authorization: `Bearer ${endpoints.tokens.admin}` };
  const read = await fetch(`${endpoints.gatewayUrl}/api/v1/admin/credentials/${credentialId}`, { headers });
  return CredentialView.parse(await read.json());
};

/** What the gateway says of the credential and its run once every instance reported and the old version is still watched. */
const awaitMoment = async (site: Site, epoch: number): Promise<Moment> => {
  for (;;) {
    const rotation = await site.api.rotation(site.credentialId, epoch);
    const credential = await readCredential(site);
    const acknowledged = rotation.steps.find(({ name }) => name === 'acknowledged');
    if (acknowledged?.status === 'done' && rotation.status === 'open' && credential.openEpoch === epoch) return { rotation, credential };
    if (rotation.status !== 'open') throw new Error(`rotation ${epoch} was over before it was seen: try again on a calmer machine`);
    await pause(20);
  }
};

/** Shows a run as it was at a moment, however long the picture takes. */
const showMoment = async (page: Page, { endpoints }: Site, { credential, rotation }: Moment): Promise<void> => {
  const { credentialId, epoch } = rotation;
  await page.clock.setFixedTime(new Date());
  await page.route(`**/credentials/${credentialId}`, (route) =>
    route.request().resourceType() === 'document' ? route.continue() : route.fulfill({ json: credential }),
  );
  await page.route(`**/${credentialId}/rotations/${epoch}`, (route) => route.fulfill({ json: rotation }));
  await page.goto(`${endpoints.adminUiUrl}/${credentialId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  if (credential.issuer !== null)
    await page
      .getByRole('definition')
      .getByRole('link', { name: /^system/u })
      .waitFor();
};

/** Shows a run in the middle: the page gets what the gateway said then. */
const shootLive = async (page: Page, site: Site, scheme: Scheme): Promise<void> => {
  const { api, credentialId } = site;
  const { epoch } = await api.rotate(credentialId, 'the quarterly one');
  await showMoment(page, site, await awaitMoment(site, epoch));
  const run = page.getByRole('region', { name: `Rotation ${epoch}` });
  await run.getByText('proved and reported working').last().waitFor();
  keepPicture(await take(page), 'rotation-live', scheme);
  await followRotation(api, { credentialId, epoch }, { timeoutMs: TIMEOUT_MS });
};

/** A run that waits for another person. It is made up, so that a picture leaves nothing open. */
const shootApproval = async (page: Page, site: Site, scheme: Scheme): Promise<void> => {
  await showMoment(page, site, sampleApproval(await readCredential(site), new Date()));
  await page.getByRole('region', { name: 'Waits for another person' }).getByRole('button', { name: 'Approve' }).waitFor();
  keepPicture(await take(page), 'approval', scheme);
};

/** A run in which a person makes the new value, of a credential that is made up, too. */
const shootAssisted = async (page: Page, site: Site, scheme: Scheme): Promise<void> => {
  const moment = sampleAssisted(await readCredential(site), new Date());
  const { credential } = moment;
  await page.route(`**/${credential.credentialId}/versions`, (route) => route.fulfill({ json: versionsOf(credential) }));
  await page.route(`**/${credential.credentialId}/consumers`, (route) => route.fulfill({ json: { items: [] } }));
  await showMoment(page, site, moment);
  await page
    .getByRole('region', { name: 'Your turn: make the new value at Stripe' })
    .getByRole('textbox', { name: 'Secret key' })
    .waitFor();
  keepPicture(await take(page), 'assisted', scheme);
};

/** What the provider said of each version, when and why it was asked. */
const shootTests = async (page: Page, { endpoints, credentialId }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(TESTS_SIZE);
  await page.goto(`${endpoints.adminUiUrl}/${credentialId}?tab=tests`);
  const tests = page.getByRole('table', { name: 'Tests' });
  await tests.getByText('in a rotation').first().waitFor();
  await page.evaluate(`scrollTo({ top: document.querySelector('[role="tablist"]').getBoundingClientRect().top + scrollY - 90 })`); // below the head
  keepPicture(await take(page), 'tests', scheme);
};

/** The form of a new credential, filled in; it is never sent. */
const shootForm = async (page: Page, { endpoints }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(FORM_SIZE);
  await page.goto(endpoints.adminUiUrl);
  await page.getByRole('button', { name: 'Register' }).click();
  const dialog = page.getByRole('dialog');
  const typed = {
    address: 'system.cloudflare.main',
    displayName: 'Zones of the shop',
    token: 'of-no-use-to-anybody',
    accountId: 'typed wrong',
  };
  for (const [name, value] of Object.entries(typed)) await dialog.locator(`[name="${name}"]`).fill(value);
  await dialog.locator('[name="issuer"]').click();
  await dialog.locator('[name="accountId"][aria-invalid="true"]').waitFor();
  keepPicture(await take(page), 'register', scheme);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
};

const shootKeyRing = async (page: Page, { endpoints }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(RING_SIZE);
  await page.goto(endpoints.adminUiUrl.replace(/credentials$/u, 'key-ring'));
  await page.getByRole('table', { name: 'Key-encryption keys' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  keepPicture(await take(page), 'key-ring', scheme);
};

/** The palette above the list, with what it finds of the sample workload. */
const shootPalette = async (page: Page, { endpoints }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(LIST_SIZE);
  await page.goto(endpoints.adminUiUrl);
  await page.getByRole('link', { name: endpoints.workload.address, exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('orders');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  keepPicture(await take(page), 'palette', scheme);
  await page.keyboard.press('Escape');
};

/** A board in the middle of a bulk rotation: it is made up, so that a picture rotates nothing. */
const shootBulk = async (page: Page, { endpoints }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(BULK_SIZE);
  await page.route(`**/api/v1/admin/rotations/bulk/${SAMPLE_BULK_ID}?*`, (route) => route.fulfill({ json: sampleBulk(new Date()) }));
  await page.goto(new URL(`/admin/system/rotations/bulk/${SAMPLE_BULK_ID}`, endpoints.adminUiUrl).href);
  await page.getByRole('region', { name: 'Under way' }).getByRole('link').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  keepPicture(await take(page), 'bulk', scheme);
};

/** The form of a schedule, with a window; it is never sent. */
const shootSchedule = async (page: Page, { endpoints, credentialId }: Site, scheme: Scheme): Promise<void> => {
  await page.setViewportSize(SCHEDULE_SIZE);
  await page.goto(`${endpoints.adminUiUrl}/${credentialId}?tab=policy`);
  await page.getByRole('button', { name: 'Change the schedule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Rotate it by a schedule').check();
  await dialog.getByLabel('Only at certain times').check();
  keepPicture(await take(page), 'schedule', scheme);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
};

/** A page that has something to wait for, at its address. */
const shootPage = async (page: Page, { endpoints }: Site, scheme: Scheme, shot: PageShot): Promise<void> => {
  await page.setViewportSize(shot.size);
  await page.goto(new URL(shot.path, endpoints.adminUiUrl).href);
  await page.getByRole(shot.role, { name: shot.shown }).waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined); // the stream of events never ends
  keepPicture(await take(page), shot.name, scheme);
};
type PageShot = {
  readonly name: string;
  readonly path: string;
  readonly role: 'table' | 'region' | 'listitem';
  readonly shown: string;
  readonly size: { readonly width: number; readonly height: number };
};
const PAGES: readonly PageShot[] = [
  { name: 'overview', path: '/', role: 'region', shown: 'Rotations in flight', size: OVERVIEW_SIZE },
  { name: 'consumers', path: '/admin/system/consumers', role: 'table', shown: 'Consumers', size: CONSUMERS_SIZE },
  { name: 'audit', path: '/admin/system/audit', role: 'table', shown: 'What happened', size: AUDIT_SIZE },
  { name: 'settings', path: '/admin/system/settings', role: 'region', shown: 'Showing secrets', size: SETTINGS_SIZE },
];
const OWN_KEYS: PageShot = { name: 'api-keys', path: '/account/api-keys', role: 'listitem', shown: 'Work', size: KEYS_SIZE };

const shootAll = async (context: BrowserContext, site: Site, scheme: Scheme): Promise<void> => {
  const { adminUiUrl, workload } = site.endpoints;
  /** One after another: each page has a stream of events, and a browser has few connections to one host. */
  const inPage = async (shoot: (page: Page, site: Site, scheme: Scheme) => Promise<void>): Promise<void> => {
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(RUN_SIZE);
    await shoot(page, site, scheme);
    await page.close();
  };
  for (const shoot of [shootLive, shootApproval, shootAssisted]) await inPage(shoot);
  await inPage(async (page) => {
    await page.goto(`${adminUiUrl}/${site.credentialId}`);
    await page.locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    keepPicture(await take(page), 'rotation-done', scheme);
    await page.setViewportSize(LIST_SIZE);
    await page.goto(adminUiUrl);
    await page.getByRole('link', { name: workload.address, exact: true }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    keepPicture(await take(page), 'credentials', scheme);
    for (const shoot of [shootForm, shootPalette, shootKeyRing, shootBulk, shootSchedule, shootTests]) await shoot(page, site, scheme);
    for (const shot of PAGES) await shootPage(page, site, scheme, shot);
  });
};

/** The page of one's own keys, as somebody who has some sees it: their list is made up, so that no provider is asked for a picture. */
const shootOwnKeys = async (site: Site): Promise<void> => {
  const own = await launchChromium({ env: process.env });
  try {
    const page = await own.context.newPage();
    await signInAs(page, new URL(OWN_KEYS.path, site.endpoints.adminUiUrl).href, 'professional');
    const keys = sampleKeys(new Date());
    await page.route('**/api/v1/byok/keys?*', (route) => route.fulfill({ json: { keys, next_cursor: null, total: keys.length } }));
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      await shootPage(page, site, scheme, OWN_KEYS);
    }
  } finally {
    await own.close();
  }
};

const endpoints = await readEndpoints(resolve(process.env['KEYTURN_VAR_DIR'] ?? devVarDir));
const api = gatewayClient({ gatewayUrl: endpoints.gatewayUrl, token: endpoints.tokens.admin });
const { address: sample } = endpoints.workload;
const credentialId = (await api.list(sample)).items.find(({ address }) => address === sample)?.credentialId ?? '';
const browser = await launchChromium({ env: process.env, onProgress: (line) => console.log(line) });
try {
  const page = await browser.context.newPage();
  await signInAs(page, endpoints.adminUiUrl, 'admin');
  const site = { endpoints, api, credentialId };
  for (const scheme of SCHEMES) await shootAll(browser.context, site, scheme);
  await shootOwnKeys(site);
} finally {
  await browser.close();
}
