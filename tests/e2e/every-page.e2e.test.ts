import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, completeRotation, untilSteady } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { flaws } from './support/axe.ts';
import { expectFine } from './support/expect-fine.ts';
import { startWaitingBulk, type WaitingBulk } from './support/waiting-bulk.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const at = (path: string): string => new URL(path, adminUiUrl).href;
const keyRingUrl = at('/admin/system/key-ring');
const bulkUrl = at('/admin/system/rotations/bulk');

let chromium: Chromium;
let page: Page;
/** One with two versions, every detail, fields that a person named, and a test of nothing. */
let keptId: string;
let bulk: WaitingBulk;

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

beforeAll(async () => {
  await untilSteady(ordersId);
  await completeRotation(ordersId);
  keptId = await keep();
  bulk = await startWaitingBulk();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'admin');
});
afterAll(async () => {
  await chromium?.close();
  await bulk?.end();
});

const heading = (name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

/** `route` as the page's router has it; null is none of them. */
type View = { readonly name: string; readonly route: string | null; open(): Promise<unknown> };

const LIST = '/admin/system/credentials';
const ONE = `${LIST}/$credentialId`;
const AUDIT = '/admin/system/audit';

/** What each tab shows once it is there. */
const TABS = {
  versions: /^by rotation \d+$/u,
  consumers: 'orders/one',
  tests: 'in a rotation',
  policy: 'At the deadline',
  access: 'fetched by an instance',
  timeline: /rotation \d+ completed/u,
  rotations: 'completed',
};

const VIEWS: readonly View[] = [
  {
    name: 'the overview',
    route: '/',
    open: async () => {
      await page.goto(at('/'));
      await page.getByRole('region', { name: 'Rotations in flight' }).waitFor();
    },
  },
  {
    // Few rows: of a long list only what is in sight is there, so Tab has no end in it (long-list.e2e.test.ts).
    name: 'the list',
    route: LIST,
    open: async () => {
      await page.goto(`${adminUiUrl}?q=${workload.address}`);
      await page.getByRole('link', { name: workload.address, exact: true }).waitFor();
    },
  },
  {
    name: 'a list in which nothing matches',
    route: LIST,
    open: async () => {
      await page.goto(`${adminUiUrl}?q=nothing-has-this`);
      await page.getByText('Nothing matches').waitFor();
    },
  },
  ...Object.entries(TABS).map(([tab, shown]) => ({
    name: `a credential, with its ${tab}`,
    route: ONE,
    open: async () => {
      await page.goto(`${adminUiUrl}/${ordersId}?tab=${tab}`);
      await heading(workload.address);
      await page.getByRole('tabpanel').getByText(shown).first().waitFor();
    },
  })),
  {
    name: 'a credential with all its details',
    route: ONE,
    open: async () => {
      await page.goto(`${adminUiUrl}/${keptId}`);
      await page.getByText('Two lines,').waitFor();
      await page.getByRole('button', { name: 'Roll back to v1' }).waitFor();
    },
  },
  {
    name: 'a credential that nothing can test and nobody had',
    route: ONE,
    open: async () => {
      await page.goto(`${adminUiUrl}/${keptId}?tab=tests`);
      await page.getByText('It can’t be tested:', { exact: false }).waitFor();
    },
  },
  {
    name: 'the bulk rotations',
    route: '/admin/system/rotations/bulk',
    open: async () => {
      await page.goto(bulkUrl);
      await page.getByRole('table', { name: 'Bulk rotations' }).waitFor();
    },
  },
  {
    name: 'a bulk rotation',
    route: '/admin/system/rotations/bulk/$bulkId',
    open: async () => {
      await page.goto(`${bulkUrl}/${bulk.bulkId}`);
      await page.getByRole('region', { name: 'Under way', exact: true }).getByRole('link').waitFor();
    },
  },
  {
    name: 'the consumers',
    route: '/admin/system/consumers',
    open: async () => {
      await page.goto(at('/admin/system/consumers'));
      await page.getByRole('table', { name: 'Consumers' }).waitFor();
    },
  },
  {
    name: 'a consumer',
    route: '/admin/system/consumers/$consumer',
    open: async () => {
      await page.goto(at('/admin/system/consumers/orders'));
      await heading('orders');
    },
  },
  {
    name: 'what happened',
    route: AUDIT,
    open: async () => {
      await page.goto(at(`${AUDIT}?text=every-page`));
      await page.getByRole('table', { name: 'What happened' }).waitFor();
    },
  },
  {
    name: 'who had secrets',
    route: AUDIT,
    open: async () => {
      await page.goto(at(`${AUDIT}?tab=access`));
      await page.getByRole('table', { name: 'Who had the secret' }).waitFor();
    },
  },
  {
    name: 'the settings',
    route: '/admin/system/settings',
    open: async () => {
      await page.goto(at('/admin/system/settings'));
      await page.getByRole('region', { name: 'Language models' }).waitFor();
      await page.getByRole('term').filter({ hasText: 'Unused for' }).waitFor();
    },
  },
  {
    name: 'one’s own keys',
    route: '/account/api-keys',
    open: async () => {
      await page.goto(at('/account/api-keys'));
      await page.getByRole('region', { name: 'Default provider and model' }).waitFor();
    },
  },
  {
    name: 'the key ring',
    route: '/admin/system/key-ring',
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
    route: ONE,
    open: async () => {
      await page.goto(`${adminUiUrl}/${randomUUID()}`);
      await page.getByText('There is no such credential').waitFor();
    },
  },
  {
    name: 'a page that does not exist',
    route: null,
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

  it('is all that the page’s router knows', () => {
    const source = readFileSync(join(projectRoot, 'apps', 'admin-ui', 'src', 'router.tsx'), 'utf8');
    const known = [...source.matchAll(/\bpath: '([^']+)'/gu)].map(([, path]) => path);
    expect(known.length).toBeGreaterThan(10);
    expect(new Set(VIEWS.flatMap(({ route }) => route ?? []))).toEqual(new Set(known));
  });

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
  });
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
  });

  it('is without a flaw: what starts a bulk rotation', async () => {
    const dialog = await open(bulkUrl, 'Start one');
    await dialog.getByRole('button', { name: 'Rotate them' }).click();
    await dialog.getByText('Say at least a service, a provider, a type or a tag.').waitFor();
    await expectFine(page);
  });

  it('is without a flaw: the form of a schedule', async () => {
    const dialog = await open(`${adminUiUrl}/${keptId}?tab=policy`, 'Change the schedule');
    await dialog.getByLabel('Rotate it by a schedule').check();
    await dialog.getByLabel('Only at certain times').check();
    await expectFine(page);
  });

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
