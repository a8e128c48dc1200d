import { randomUUID } from 'node:crypto';
import { BulkRotationStarted } from '@keyturn/contracts/api';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath, rotationsPath } from './support/ask.ts';
import { flaws } from './support/axe.ts';
import { expectFine } from './support/expect-fine.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const keyRingUrl = adminUiUrl.replace(/credentials$/u, 'key-ring');
const bulkUrl = new URL('/admin/system/rotations/bulk', adminUiUrl).href;
const MOST_JAVASCRIPT = 300_000;

let chromium: Chromium;
let page: Page;
/** One with two versions, every detail, fields that a person named, and a test of nothing. */
let keptId: string;
/** A bulk rotation of one that waits for a person. */
let bulkId: string;
let waitingId: string;

const keep = async (): Promise<string> => {
  const { credentialId } = await admin().register({
    address: `system.every-page.${randomUUID().slice(0, 8)}`,
    credentialType: 'generic',
    publicFields: { realm: 'eu' },
    secretFields: { value: 'the first one of two' },
    labels: { environment: 'production' },
    tags: ['billing'],
    owner: 'team-orders',
    notes: 'Two lines,\nand no secret.',
    expiresAt: new Date(Date.now() + 5 * 86_400_000).toISOString(),
  });
  const body = { publicFields: { realm: 'us' }, secretFields: { value: 'the second one of two' } };
  expect((await ask(`${credentialPath(credentialId)}/versions`, { method: 'POST', body })).status).toBe(201);
  return credentialId;
};

const startBulk = async (): Promise<void> => {
  ({ credentialId: waitingId } = await admin().register({
    address: `system.every-page.${randomUUID().slice(0, 8)}`,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'it waits for another one' },
  }));
  const started = await ask('/api/v1/admin/rotations/bulk', { method: 'POST', body: { ids: [waitingId], note: 'to look at it' } });
  ({ bulkId } = BulkRotationStarted.parse(started.json));
};

beforeAll(async () => {
  keptId = await keep();
  await startBulk();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'admin');
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  const { openEpoch } = await readCredential(waitingId);
  const body = { reason: 'every page is looked at' };
  if (openEpoch !== null) await ask(`${rotationsPath(waitingId)}/${openEpoch}/cancel`, { method: 'POST', body });
});

const heading = (name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

type View = { readonly name: string; open(): Promise<unknown> };

const VIEWS: readonly View[] = [
  {
    // Few rows: of a long list only what is in sight is there, so Tab has no end in it (long-list.e2e.test.ts).
    name: 'the list',
    open: async () => {
      await page.goto(`${adminUiUrl}?q=${workload.address}`);
      await page.getByRole('link', { name: workload.address, exact: true }).waitFor();
    },
  },
  {
    name: 'a list in which nothing matches',
    open: async () => {
      await page.goto(`${adminUiUrl}?q=nothing-has-this`);
      await page.getByText('Nothing matches').waitFor();
    },
  },
  ...['versions', 'consumers', 'policy', 'timeline', 'rotations'].map((tab) => ({
    name: `a credential, with its ${tab}`,
    open: async () => {
      await page.goto(`${adminUiUrl}/${ordersId}?tab=${tab}`);
      await heading(workload.address);
      await page.getByRole('tabpanel').getByRole('status').waitFor({ state: 'detached' });
    },
  })),
  {
    name: 'a credential with all its details',
    open: async () => {
      await page.goto(`${adminUiUrl}/${keptId}`);
      await page.getByText('Two lines,').waitFor();
      await page.getByRole('button', { name: 'Roll back to v1' }).waitFor();
    },
  },
  {
    name: 'the bulk rotations',
    open: async () => {
      await page.goto(bulkUrl);
      await page.getByRole('table', { name: 'Bulk rotations' }).waitFor();
    },
  },
  {
    name: 'a bulk rotation',
    open: async () => {
      await page.goto(`${bulkUrl}/${bulkId}`);
      await page.getByRole('region', { name: 'Under way', exact: true }).getByRole('link').waitFor();
    },
  },
  {
    name: 'the key ring',
    open: async () => {
      await page.goto(keyRingUrl);
      await page.getByRole('table', { name: 'Key-encryption keys' }).waitFor();
      await page
        .getByRole('region', { name: 'The vault’s identity' })
        .getByText(/^[\w-]{43}$/u)
        .waitFor();
    },
  },
  {
    name: 'a credential that does not exist',
    open: async () => {
      await page.goto(`${adminUiUrl}/${randomUUID()}`);
      await page.getByText('There is no such credential').waitFor();
    },
  },
  {
    name: 'a page that does not exist',
    open: async () => {
      await page.goto(`${adminUiUrl}/a/b/c`);
      await page.getByText('There is no such page').waitFor();
    },
  },
];

describe('every page, in both themes, at 1280 and at 375 px', () => {
  it.each(VIEWS)(
    'is without a flaw: $name',
    async ({ open }) => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await open();
      await expectFine(page);
    },
    180_000,
  );

  it('is without a flaw: the way in, and the word to somebody who may not', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await view.goto(adminUiUrl);
      await view.getByRole('link', { name: 'Sign in' }).waitFor();
      await expectFine(view);
      await signInAs(view, adminUiUrl, 'free');
      await view.getByText('These pages are for operators').waitFor();
      await expectFine(view);
    } finally {
      await other.close();
    }
  }, 180_000);
});

const open = async (url: string, button: string): Promise<Locator> => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(url);
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
};

const fromMenu = async (item: string): Promise<Locator> => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${adminUiUrl}/${keptId}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: item }).click();
  return page.getByRole('dialog');
};

const TYPES = [
  'cloudflare_api_token',
  'namecheap_api_key',
  'user_api_key',
  'openai_admin_key',
  'oauth_client_secret',
  'stripe_secret_key',
  'database_password',
  'generic',
];

describe('every dialog, in both themes, at 1280 and at 375 px', () => {
  it.each(TYPES)(
    'is without a flaw: the form of a %s, with what is wrong in it',
    async (type) => {
      const dialog = await open(adminUiUrl, 'Register');
      await dialog.locator('[name="credentialType"]').selectOption(type);
      if (type === 'generic') {
        await dialog.getByRole('button', { name: 'Add a secret field' }).click();
        await dialog.getByRole('button', { name: 'Add a public field' }).click();
      }
      await dialog.getByText('Owner, labels, expiry and notes').click();
      await dialog.getByRole('button', { name: 'Register credential' }).click();
      await dialog.getByText('Address is needed').waitFor();
      await expectFine(page);
    },
    180_000,
  );

  it.each(['New value', 'Edit fields', 'Edit details'])(
    'is without a flaw: %s',
    async (button) => {
      const dialog = await open(`${adminUiUrl}/${keptId}`, button);
      await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
      await expectFine(page);
    },
    180_000,
  );

  it.each(['Compare v1 with the current version', 'Roll back to v1'])(
    'is without a flaw: %s',
    async (button) => {
      const dialog = await open(`${adminUiUrl}/${keptId}`, button);
      await dialog
        .getByText(/differ|Reason/u)
        .first()
        .waitFor();
      await expectFine(page);
    },
    180_000,
  );

  it.each(['Reveal the secret', 'Disable', 'Delete'])(
    'is without a flaw: %s',
    async (item) => {
      const dialog = await fromMenu(item);
      await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
      await expectFine(page);
    },
    180_000,
  );

  it('is without a flaw: what is revealed', async () => {
    const dialog = await fromMenu('Reveal the secret');
    await dialog.getByLabel('Reason').fill('every page is looked at');
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await dialog.getByRole('button', { name: 'Show Value' }).click();
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    expect(await flaws(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 900 });
    expect(await flaws(page)).toEqual([]);
  }, 180_000);

  it('is without a flaw: what starts a bulk rotation', async () => {
    const dialog = await open(bulkUrl, 'Start one');
    await dialog.getByRole('button', { name: 'Rotate them' }).click();
    await dialog.getByText('Say at least a service, a type or a tag.').waitFor();
    await expectFine(page);
  }, 180_000);

  it('is without a flaw: the form of a schedule', async () => {
    const dialog = await open(`${adminUiUrl}/${keptId}?tab=policy`, 'Change the schedule');
    await dialog.getByLabel('Rotate it by a schedule').check();
    await dialog.getByLabel('Only at certain times').check();
    await expectFine(page);
  }, 180_000);

  it.each(['Add a key', 'Re-wrap everything'])(
    'is without a flaw: %s',
    async (button) => {
      const dialog = await open(keyRingUrl, button);
      await dialog.getByRole('button', { name: 'Cancel' }).waitFor();
      await expectFine(page);
    },
    180_000,
  );
});

describe('the first load', () => {
  let fresh: Chromium;

  beforeAll(async () => {
    fresh = await launchChromium({ env: process.env });
    await signInAs(await fresh.context.newPage(), adminUiUrl, 'auditor');
  }, 60_000);
  afterAll(() => fresh?.close());

  it.each([
    ['the overview', '/', 'Rotations in flight'],
    ['the list', '/admin/system/credentials', 'Live'],
    ['a credential', `/admin/system/credentials/${ordersId}`, 'Live'],
    ['the bulk rotations', '/admin/system/rotations/bulk', 'Live'],
    ['a bulk rotation', '/admin/system/rotations/bulk/', 'Live'],
    ['the consumers', '/admin/system/consumers', 'Live'],
    ['a consumer', '/admin/system/consumers/orders', 'API tokens'],
    ['the audit log', '/admin/system/audit', 'What happened'],
    ['the key ring', '/admin/system/key-ring', 'Live'],
    ['the settings', '/admin/system/settings', 'Language models'],
    ['one’s own keys', '/account/api-keys', 'What you could bring'],
  ])(
    'of %s brings less than 300 kB of JavaScript over the wire',
    async (_name, path, shown) => {
      const view = await fresh.context.newPage();
      const network = await fresh.context.newCDPSession(view);
      await network.send('Network.enable');
      await network.send('Network.setCacheDisabled', { cacheDisabled: true });
      const scripts = new Set<string>();
      let bytes = 0;
      network.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.add(requestId));
      network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (scripts.has(requestId)) bytes += encodedDataLength;
      });
      await view.goto(new URL(path.endsWith('/bulk/') ? `${path}${bulkId}` : path, adminUiUrl).href);
      await view.getByText(shown, { exact: true }).first().waitFor();
      await view.waitForLoadState('load');
      await view.close();
      console.log(`${path}: ${scripts.size} scripts, ${bytes.toLocaleString()} bytes`);
      expect(scripts.size).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(MOST_JAVASCRIPT);
    },
    60_000,
  );
});
