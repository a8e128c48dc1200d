import { randomBytes } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { type ByokKey, ByokKeyList } from '@keyturn/contracts/api';
import { startOpenAi } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, credentialPath, expectProblem } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';
import { spelledIn } from './support/spelled.ts';
import { tapWire, type Wire } from './support/wire.ts';

const { endpoints, openAiUrl } = inject('stack');
const { adminUiUrl, tokens } = endpoints;
const keysUrl = new URL('/account/api-keys', adminUiUrl).href;
const hex = randomBytes(12).toString('hex');
const [WORK, OTHER] = OPENAI_KEYS;
const REFUSED = `sk-proj-${hex}`;
const CUSTOM = `key-${hex}`;
const llm = await startOpenAi(new Map([[CUSTOM, { models: ['one'] }]]));

let chromium: Chromium;
let page: Page;
let wire: Wire;

const keysOf = async (account: 'professional' | 'free'): Promise<ByokKey[]> =>
  ByokKeyList.parse((await ask('/api/v1/byok/keys', { token: tokens[account] })).json).keys;
const removeAll = async (): Promise<void> => {
  for (const { key_id } of await keysOf('professional')) {
    const gone = await ask(`/api/v1/auth/byok/keys/${key_id}`, { method: 'DELETE', token: tokens.professional });
    expect(gone.status).toBe(200);
  }
};

beforeAll(async () => {
  await removeAll();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  wire = tapWire(chromium.context);
  page = await chromium.context.newPage();
  await signInAs(page, keysUrl, 'professional');
});
afterAll(async () => {
  await Promise.all([chromium?.close(), llm.close()]);
  await removeAll();
});

type NewKey = { readonly provider: string; readonly apiKey: string; readonly label?: string; readonly endpoint?: string };

const fillIn = async (dialog: Locator, { provider, ...fields }: NewKey): Promise<void> => {
  await dialog.getByRole('radio', { name: provider }).check();
  for (const [name, value] of Object.entries(fields)) await dialog.locator(`[name="${name}"]`).fill(value);
};
const send = (dialog: Locator): Promise<void> => dialog.getByRole('button', { name: 'Test and add' }).click();
const openAdd = async (): Promise<Locator> => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole('button', { name: /^Add (a|your first) key$/u }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Sealed in this browser to the vault’s own key').waitFor();
  return dialog;
};
const keyItem = (label: string): Locator => page.getByRole('listitem', { name: label, exact: true });
const fromMenu = async (label: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `More about ${label}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

describe('a key of one’s own, on the page', () => {
  it('is what somebody without a greater role comes to', async () => {
    await page.goto(new URL('/', adminUiUrl).href);
    await page.waitForURL(keysUrl);
    await page.getByText('You have no keys yet').waitFor();
    await page.getByText('Your Professional plan includes keys of your own').waitFor();
    await expectFine(page);
  });

  it('is looked at before it is sent: what is no key of the provider is said beside the input', async () => {
    const dialog = await openAdd();
    const before = wire.sent.length;
    await fillIn(dialog, { provider: 'OpenAI', apiKey: 'sk-ant-0123456789abcdef' });
    await send(dialog);
    await dialog.getByText('This looks like a key of Anthropic, and the provider is OpenAI.').waitFor();
    await fillIn(dialog, { provider: 'Custom endpoint', apiKey: CUSTOM });
    await send(dialog);
    await dialog.getByText('A custom provider needs its endpoint').waitFor();
    expect(wire.sent.slice(before).filter((text) => text.startsWith('POST'))).toEqual([]);
    await expectFine(page);
    await dialog.getByRole('radio', { name: 'Custom endpoint' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await dialog.getByRole('radio', { name: 'Replicate' }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('is refused with the provider’s reason, and then there is none', async () => {
    const dialog = await openAdd();
    await fillIn(dialog, { provider: 'OpenAI', apiKey: REFUSED, label: 'Work' });
    await send(dialog);
    await dialog.getByRole('alert').getByText('The test failed, so nothing has changed').waitFor();
    expect(await dialog.getByRole('alert').textContent()).toContain('OpenAI');
    expect(await keysOf('professional')).toEqual([]);
    await dialog.locator('[name="apiKey"]').fill(WORK);
    await send(dialog);
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Work works and is in use').waitFor();
    expect(await keysOf('professional')).toMatchObject([{ name: 'work', test_status: 'valid', is_default: true }]);
  });

  it('is one of several, with one default, beside one at an endpoint of one’s own', async () => {
    const second = await openAdd();
    await fillIn(second, { provider: 'OpenAI', apiKey: OTHER });
    await send(second);
    await second.getByText('You have a key of this provider already; give this one a label.').waitFor();
    await second.locator('[name="label"]').fill('Work');
    await send(second);
    await second.getByText('You have a key of this name; choose another label.').waitFor();
    await second.locator('[name="label"]').fill('Home');
    await send(second);
    await keyItem('Home').waitFor();
    const custom = await openAdd();
    await fillIn(custom, { provider: 'Custom endpoint', apiKey: CUSTOM, label: 'Own model', endpoint: `${llm.url}/v1` });
    await send(custom);
    await keyItem('Own model').getByText('works').waitFor();
    expect(await keyItem('Own model').textContent()).toContain(`${llm.url}/v1`);
    await fromMenu('Home', 'Make it the default');
    await keyItem('Home').getByText('default').waitFor();
    expect(await keyItem('Work').getByText('default').count()).toBe(0);
    expect((await keysOf('professional')).find(({ is_default, provider }) => is_default && provider === 'openai')?.name).toBe('home');
    await expectFine(page);
  });

  it('is tested now, with what the provider says', async () => {
    await keyItem('Work').getByRole('button', { name: 'Test now' }).click();
    await keyItem('Work')
      .getByRole('status')
      .getByText(/OpenAI/u)
      .waitFor();
    expect(await keyItem('Work').getByRole('status').textContent()).toMatch(/\(\d.* m?s\)/u);
  });

  it('is disabled and enabled, and a second tab sees it', async () => {
    const tab = await chromium.context.newPage();
    await tab.goto(keysUrl);
    const there = tab.getByRole('listitem', { name: 'Work', exact: true });
    await there.waitFor();
    const toggle = page.getByRole('switch', { name: 'Work is enabled' });
    await toggle.press('Space');
    await keyItem('Work').getByText('disabled', { exact: true }).waitFor();
    expect((await keysOf('professional')).find(({ name }) => name === 'work')?.enabled).toBe(false);
    await tab.bringToFront();
    await there.getByText('disabled', { exact: true }).waitFor();
    await tab.close();
    await toggle.press('Space');
    await expect.poll(async () => (await keysOf('professional')).find(({ name }) => name === 'work')?.enabled).toBe(true);
  });

  it('gets another label, endpoint and value, each tested before it is in use', async () => {
    await keyItem('Work').getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[name="label"]').fill('Studio');
    await dialog.locator('[name="endpoint"]').fill(openAiUrl);
    await dialog.locator('[name="apiKey"]').fill(REFUSED);
    await expectFine(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText('The test failed, so nothing has changed').waitFor();
    expect((await keysOf('professional')).find(({ name }) => name === 'work')).toMatchObject({
      label: 'Work',
      key_preview: 'sk-proj...1111',
    });
    await dialog.locator('[name="apiKey"]').fill(OTHER);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await keyItem('Studio').getByText('sk-proj...2222').waitFor();
    const changed = (await keysOf('professional')).find(({ name }) => name === 'work');
    expect(changed).toMatchObject({ label: 'Studio', endpoint: openAiUrl, key_preview: 'sk-proj...2222', test_status: 'valid' });
    await keyItem('Studio').getByRole('button', { name: 'Edit' }).click();
    await dialog.locator('[name="endpoint"]').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await keysOf('professional')).find(({ name }) => name === 'work')).toMatchObject({ endpoint: null, label: 'Studio' });
  });

  it('is shown to its owner for a reason, sealed to the page, and the record says so', async () => {
    await fromMenu('Home', 'Show the key');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('a notebook of mine');
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    const field = dialog.locator('[data-field="apiKey"]');
    await field.waitFor();
    expect(await field.textContent()).not.toContain(OTHER);
    await dialog.getByRole('button', { name: 'Show API key' }).click();
    expect(await field.textContent()).toBe(OTHER);
    await dialog.getByRole('button', { name: 'Hide API key' }).click();
    expect(await field.textContent()).not.toContain(OTHER);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    const keyId = (await keysOf('professional')).find(({ name }) => name === 'home')?.key_id ?? '';
    await expect
      .poll(async () => ((await ask(`${credentialPath(keyId)}/access-log`)).json as { items: object[] }).items, { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ what: 'revealed', why: 'a notebook of mine' }));
    // And it counts as use, which the card shows by day.
    await page.reload();
    await keyItem('Home')
      .getByRole('img', { name: /^Use by day over the last 30 days: (?:once|\d+ times)$/u })
      .waitFor();
    const asAdmin = await ask(`/api/v1/byok/keys/reveal/openai?key_id=${keyId}`, { method: 'POST', body: { reason: 'curious' } });
    expectProblem(asAdmin, 404, 'credential-unknown');
  });

  it('is chosen with its model where a program names none, and the page says what is used then', async () => {
    const choice = page.getByRole('region', { name: 'Default provider and model' });
    await choice.getByRole('button', { name: 'Change the default provider and models' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Default provider').selectOption('openai');
    await dialog.locator('[name="model-openai"]').fill('gpt-5-mini');
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await choice.getByText('OpenAI · gpt-5-mini · your key · by your choice').waitFor();
    const config = await ask('/api/v1/llm/config', { token: tokens.professional });
    expect(config.json).toMatchObject({ provider: 'openai', model: 'gpt-5-mini', is_byok: true, chosen_by: 'preference' });
    await choice.getByRole('button', { name: 'Change the default provider and models' }).click();
    await dialog.getByLabel('Default provider').selectOption('');
    await dialog.locator('[name="model-openai"]').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await choice.getByText('Nothing is chosen').waitFor();
  });

  it('is deleted after a question that says what stays', async () => {
    await fromMenu('Studio', 'Delete');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At OpenAI it lives on until you revoke it there.').waitFor();
    await expectFine(page);
    await dialog.getByRole('button', { name: 'Delete the key' }).click();
    await keyItem('Studio').waitFor({ state: 'detached' });
    expect((await keysOf('professional')).map(({ name }) => name).toSorted()).toEqual(['home', 'own-model']);
  });

  it('was in no request and no answer, and is kept nowhere in the browser', async () => {
    const secrets = [WORK, OTHER, REFUSED, CUSTOM];
    const writes = wire.sent.filter((text) => /^(POST|PATCH)\n.*\/byok\/keys/u.test(text));
    expect(writes.filter((text) => text.includes('"kind":"hpke"')).length).toBeGreaterThanOrEqual(5);
    expect(spelledIn(wire.sent.join('\n'), secrets)).toEqual([]);
    expect(spelledIn((await wire.answers()).join('\n'), secrets)).toEqual([]);
    const stored = JSON.stringify(await chromium.context.storageState({ indexedDB: true }));
    const tab = await page.evaluate<string>('JSON.stringify(Object.entries(sessionStorage))');
    expect(spelledIn(`${stored}\n${tab}\n${await page.content()}`, secrets)).toEqual([]);
  });
});

describe('somebody who brings no keys', () => {
  it.each([
    ['free', 'Keys of your own come with a larger plan'],
    ['auditor', 'Your role only looks; it brings no keys.'],
  ] as const)('is told so kindly: %s', async (account, sentence) => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, keysUrl, account);
      await view.getByText(sentence).waitFor();
      await view.getByText('What you could bring').waitFor();
      expect(await view.getByRole('button', { name: /Add/u }).count()).toBe(0);
      await expectFine(view);
    } finally {
      await other.close();
    }
  });
});
