import { randomBytes, randomUUID } from 'node:crypto';
import { BulkRotationStarted } from '@keyturn/contracts/api';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, cancelOpen, readCredential } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';

const { adminUiUrl } = inject('stack').endpoints;
const run = randomUUID().slice(0, 8);
const tag = `bulk-${run}`;
const service = `bulk-${run}`;
const NAMES = ['a', 'b', 'c', 'off'] as const;
const WIDE = { width: 1280, height: 900 };
const addressOf = (name: string): string => `system.${service}.${name}`;
const listUrl = `${adminUiUrl}?q=${service}`;
const bulkUrl = new URL('/admin/system/rotations/bulk', adminUiUrl).href;

let cloudflare: Simulator;
let chromium: Chromium;
let page: Page;
const idOf = new Map<string, string>();
const id = (name: string): string => idOf.get(name) ?? '';

/** Rotated with a person, so they stay under way until somebody brings a value or cancels. */
const keep = async (name: string): Promise<void> => {
  const { credentialId } = await admin().register({
    address: addressOf(name),
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'one of some' },
  });
  idOf.set(name, credentialId);
};

/** One that has a test. */
const keepToken = async (): Promise<void> => {
  const token = randomBytes(20).toString('hex');
  cloudflare = await startCloudflare(new Map([[token, { status: 'active', zones: [] }]]));
  const { credentialId } = await admin().register({
    address: addressOf('token'),
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: cloudflare.url },
    secretFields: { token },
  });
  idOf.set('token', credentialId);
};

const prepare = async (): Promise<void> => {
  for (const name of NAMES) await keep(name);
  await keepToken();
  const off = await ask(credentialPath(id('off')), { method: 'PATCH', body: { enabled: false, reason: 'it is skipped' } });
  expect(off.status).toBe(200);
};

beforeAll(async () => {
  await prepare();
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, listUrl, 'operator');
  await page.getByRole('link', { name: addressOf('a'), exact: true }).waitFor();
});
afterAll(async () => {
  await chromium?.close();
  for (const name of ['a', 'b', 'c', 'token']) await cancel(name);
  await cloudflare?.close();
});

const cancel = (name: string): Promise<void> => cancelOpen(id(name));
const select = async (...names: readonly string[]): Promise<void> => {
  for (const name of names) await page.getByRole('checkbox', { name: `Select ${addressOf(name)}`, exact: true }).check();
};
const selected = (): Locator => page.getByRole('group', { name: 'What is selected' });
const dialogOf = (button: Locator): Promise<Locator> => button.click().then(() => page.getByRole('dialog'));
const more = async (item: string): Promise<Locator> => {
  await selected().getByRole('button', { name: 'More actions' }).click();
  return await dialogOf(page.getByRole('menuitem', { name: item, exact: true }));
};
const gone = (dialog: Locator): Promise<void> => dialog.waitFor({ state: 'detached' });
const search = (): Locator => page.getByRole('searchbox');
const hasFocus = (it: Locator): Promise<void> =>
  expect.poll(() => it.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
const isFine = async (): Promise<void> => {
  await expectFine(page);
  await page.setViewportSize(WIDE);
};

describe('what is done to many credentials at once', () => {
  it('is asked for in dialogs that give the focus back, also when they come for the first time', async () => {
    await select('a');
    const menu = selected().getByRole('button', { name: 'More actions' });
    for (const item of ['Tag…', 'Tag…', 'Disable…']) {
      const dialog = await more(item);
      await dialog.getByRole('textbox').waitFor();
      await page.keyboard.press('Escape');
      await gone(dialog);
      await hasFocus(menu);
    }
    for (const name of ['Test…', 'Rotate…', 'Test…']) {
      const button = selected().getByRole('button', { name });
      const dialog = await dialogOf(button);
      await dialog.getByRole('button', { name: /^(Test|Rotate) them/u }).waitFor();
      await page.keyboard.press('Escape');
      await gone(dialog);
      await hasFocus(button);
    }
    await selected().getByRole('button', { name: 'Clear the selection' }).click();
    await hasFocus(search());
    expect(await selected().count()).toBe(0);
  });

  it('tags those that are selected', async () => {
    await select(...NAMES);
    await isFine();
    const dialog = await more('Tag…');
    await dialog.getByRole('button', { name: 'Tag them' }).click();
    await dialog.getByText('Say at least one tag.').waitFor();
    await isFine();
    await dialog.getByLabel('Tags').fill(`${tag}, of-no-use`);
    await dialog.getByRole('button', { name: 'Tag them' }).click();
    await gone(dialog);
    await gone(selected());
    await hasFocus(search());
    for (const name of NAMES) expect((await readCredential(id(name))).tags).toEqual([tag, 'of-no-use']);
    await select('a');
    const untag = await more('Untag…');
    await untag.getByLabel('Tags').fill('of-no-use');
    await untag.getByRole('button', { name: 'Take it away' }).click();
    await gone(untag);
    expect((await readCredential(id('a'))).tags).toEqual([tag]);
  });

  it('disables and enables them, for a reason', async () => {
    await select('b', 'c');
    const disabling = await more('Disable…');
    await disabling.getByRole('button', { name: 'Disable them' }).click();
    expect((await readCredential(id('b'))).status).toBe('active');
    await disabling.getByLabel('Reason').fill('nobody should have them for a moment');
    await isFine();
    await disabling.getByRole('button', { name: 'Disable them' }).click();
    await gone(disabling);
    for (const name of ['b', 'c']) expect((await readCredential(id(name))).status).toBe('disabled');
    await select('b', 'c');
    const enabling = await more('Enable…');
    await enabling.getByLabel('Reason').fill('they may again');
    await enabling.getByRole('button', { name: 'Enable them' }).click();
    await gone(enabling);
    for (const name of ['b', 'c']) expect((await readCredential(id(name))).status).toBe('active');
  });

  it('tests them, and says what each provider says', async () => {
    await select('a', 'token');
    const dialog = await dialogOf(selected().getByRole('button', { name: 'Test…' }));
    await dialog.getByRole('button', { name: 'Test them now' }).click();
    await dialog.getByText('2 of 2 answered').waitFor();
    const row = (name: string): Locator => dialog.getByRole('listitem').filter({ hasText: addressOf(name) });
    await row('token').getByText('valid', { exact: true }).waitFor();
    await row('token').getByText('Cloudflare takes the token').waitFor();
    await row('a').getByText('not tested', { exact: true }).waitFor();
    expect(await dialog.getByText('waits', { exact: true }).count()).toBe(0);
    await isFine();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await gone(dialog);
    await selected().getByRole('button', { name: 'Clear the selection' }).click();
  });
});

const column = (of: Page, name: string): Locator => of.getByRole('region', { name, exact: true });
const standsIn = (of: Page, name: string, standing: string): Promise<void> =>
  column(of, standing)
    .getByRole('link', { name: addressOf(name), exact: true })
    .waitFor();
const say = async (button: string, title: string, why: string, submit: string): Promise<void> => {
  await page.getByRole('button', { name: button, exact: true }).click();
  const box = page.getByRole('dialog', { name: title });
  await box.getByRole('button', { name: submit }).click();
  await box.getByText('Say why, in a few words.').waitFor();
  await isFine();
  await box.getByLabel('Why').fill(why);
  await box.getByRole('button', { name: submit }).click();
  await gone(box);
};

describe('a bulk rotation', () => {
  it('shows beforehand what it would take, and then how each stands', async () => {
    await page.goto(bulkUrl);
    await isFine();
    await page.getByRole('button', { name: 'Start one' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Rotate them' }).click();
    await dialog.getByText('Say at least a service, a provider, a type or a tag.').waitFor();
    const would = dialog.getByRole('region', { name: 'What it would take' });
    const submit = dialog.getByRole('button', { name: 'Rotate them' });
    await dialog.getByLabel('Service', { exact: true }).fill(service);
    await would.getByText('5 fit now:').waitFor();
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<undefined>();
    await page.route(`**/credentials?*tag=${tag}*`, (route) => mayAnswer.then(() => route.continue()));
    await dialog.getByLabel('Tag', { exact: true }).fill(tag);
    await would.getByText('Looking for what it would take').waitFor();
    expect({ isHeld: await submit.isDisabled(), named: await would.getByRole('listitem').count() }).toEqual({ isHeld: true, named: 0 });
    answer(undefined);
    await would.getByText('4 fit now:').waitFor();
    await dialog.getByLabel('Service', { exact: true }).fill('');
    await would.getByText('4 fit now:').waitFor();
    await would.getByText('disabled, so it is skipped').waitFor();
    await isFine();
    await dialog.getByLabel('How many at once').fill('1');
    await dialog.getByLabel('Note').fill('somebody left');
    await dialog.getByRole('button', { name: 'Rotate them' }).click();
    await page.getByRole('heading', { level: 1, name: `Tag ${tag}` }).waitFor();
    await standsIn(page, 'a', 'Under way');
    for (const name of ['b', 'c', 'off']) await standsIn(page, name, 'Waiting');
    expect((await readCredential(id('b'))).openEpoch).toBeNull();
    await isFine();
  });

  it('is paused for a reason, and starts nothing further until it is resumed; two tabs and a reload show the same', async () => {
    await say('Pause', 'Pause it?', 'the provider is slow', 'Pause it');
    await page.getByText('paused', { exact: true }).waitFor();
    await hasFocus(page.getByRole('button', { name: 'Resume' }));
    const tab = await chromium.context.newPage();
    await tab.goto(page.url());
    await standsIn(tab, 'a', 'Under way');
    await cancel('a');
    await standsIn(page, 'a', 'Failed');
    await standsIn(tab, 'a', 'Failed');
    await standsIn(page, 'b', 'Waiting');
    expect((await readCredential(id('b'))).openEpoch).toBeNull();
    await page.reload();
    await standsIn(page, 'a', 'Failed');
    await page.getByText('1 of 4 through. Paused with 3 waiting and 0 under way: the provider is slow').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await standsIn(page, 'b', 'Under way');
    await standsIn(tab, 'b', 'Under way');
    await hasFocus(page.getByRole('button', { name: 'Pause' }));
    await tab.close();
  });

  it('is cancelled for a reason, lets go on what is under way, and stands in the list', async () => {
    await say('Cancel', 'Cancel it?', 'the test has seen enough', 'Cancel it');
    await page.getByText('cancelled', { exact: true }).waitFor();
    await hasFocus(page.getByRole('heading', { level: 1 }));
    await standsIn(page, 'c', 'Cancelled');
    await standsIn(page, 'b', 'Under way');
    expect(await page.getByRole('button', { name: /^(Pause|Resume|Cancel)$/u }).count()).toBe(0);
    await isFine();
    await page.getByRole('main').getByRole('link', { name: 'Bulk rotations' }).click();
    const row = page.getByRole('table', { name: 'Bulk rotations' }).getByRole('row').filter({ hasText: tag });
    await row.getByText('cancelled', { exact: true }).waitFor();
    await row.getByText('the test has seen enough').waitFor();
    await isFine();
  });

  it('takes the rows that are selected, leaves out what is disabled, and ends', async () => {
    await cancel('b');
    await page.goto(listUrl);
    await select('c', 'off');
    const dialog = await dialogOf(selected().getByRole('button', { name: 'Rotate…' }));
    const would = dialog.getByRole('region', { name: 'What it would take' });
    for (const name of ['c', 'off']) await would.getByText(addressOf(name)).waitFor();
    await isFine();
    await dialog.getByRole('button', { name: 'Rotate them' }).click();
    await page.getByRole('heading', { level: 1, name: '2 chosen credentials' }).waitFor();
    await standsIn(page, 'off', 'Skipped');
    await column(page, 'Skipped').getByText('disabled').waitFor();
    await standsIn(page, 'c', 'Under way');
    await cancel('c');
    await standsIn(page, 'c', 'Failed');
    expect(await page.getByText('ended', { exact: true }).getAttribute('data-tone')).toBe('warn');
    expect((await readCredential(id('off'))).rotations).toEqual([]);
  });

  it('is only looked at by who may only look, and one that is not there says so', async () => {
    const url = page.url();
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, bulkUrl, 'auditor');
      await view.getByRole('table', { name: 'Bulk rotations' }).waitFor();
      expect(await view.getByRole('button', { name: 'Start one' }).count()).toBe(0);
      await view.goto(url);
      await standsIn(view, 'c', 'Failed');
      await view.goto(`${bulkUrl}/${randomUUID()}`);
      await view.getByText('This does not exist').waitFor();
      await expectFine(view);
    } finally {
      await other.close();
    }
  });

  it('shows more than a hundred of a column where somebody wants to see them', async () => {
    const many = Array.from({ length: 104 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
    for (const name of many) await keep(name);
    const body = { ids: many.map(id), maxInFlight: 1, note: 'a large one' };
    const started = BulkRotationStarted.parse((await ask('/api/v1/admin/rotations/bulk', { method: 'POST', body })).json);
    try {
      await page.goto(`${bulkUrl}/${started.bulkId}`);
      await standsIn(page, 'many-000', 'Under way');
      const waiting = column(page, 'Waiting');
      await waiting.getByText('103', { exact: true }).waitFor();
      expect(await waiting.getByRole('listitem').count()).toBe(100);
      await page.route('**/bulk/*member=waiting*', (route) => route.abort());
      await waiting.getByRole('button', { name: 'Show 3 more' }).press('Enter');
      await page.getByRole('alert').getByText('Keyturn does not answer').waitFor();
      expect(await waiting.getByRole('listitem').count()).toBe(100);
      await page.unrouteAll();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await standsIn(page, 'many-103', 'Waiting');
      expect(await waiting.getByRole('listitem').count()).toBe(103);
      await hasFocus(waiting.getByRole('list'));
    } finally {
      await ask(`/api/v1/admin/rotations/bulk/${started.bulkId}/cancel`, { method: 'POST', body: { reason: 'the test is over' } });
      await cancel('many-000');
    }
  });
});
