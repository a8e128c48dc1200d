import { randomBytes, randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { startCloudflare, startOpenAi } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { spelledIn, spellingsOf } from './support/spelled.ts';
import { tapWire, type Wire } from './support/wire.ts';

const { endpoints, stripeKey } = inject('stack');
const { adminUiUrl } = endpoints;
const run = randomUUID().slice(0, 8);
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const PINNED = 'keyturn-vault-identity';

type Fields = Readonly<Record<string, string>>;
type Case = { readonly type: string; readonly publicFields: Fields; readonly secretFields: Fields };

const [cloudflareToken, CANARY, llmKey, NEW_VALUE] = [hex(20), hex(20), `sk-${hex(20)}`, `sk-${hex(20)}`];
const cloudflare = await startCloudflare(new Map([cloudflareToken, CANARY].map((token) => [token, { status: 'active', zones: [] }])));
const llm = await startOpenAi(new Map([llmKey, NEW_VALUE].map((key) => [key, { models: ['one'] }])));

/** One of each type, with a secret of its own that is looked for afterwards. */
const CASES: readonly Case[] = [
  { type: 'cloudflare_api_token', publicFields: { apiBaseUrl: cloudflare.url }, secretFields: { token: cloudflareToken } },
  { type: 'namecheap_api_key', publicFields: { apiUser: 'shop' }, secretFields: { apiKey: hex(16) } },
  { type: 'user_api_key', publicFields: { provider: 'custom', endpoint: `${llm.url}/v1` }, secretFields: { apiKey: llmKey } },
  { type: 'oauth_client_secret', publicFields: { clientId: 'shop' }, secretFields: { clientSecret: hex(16) } },
  { type: 'stripe_secret_key', publicFields: {}, secretFields: { secretKey: stripeKey } },
  { type: 'database_password', publicFields: { username: 'shop' }, secretFields: { password: `p"w<ä>${hex(12)}` } },
  { type: 'generic', publicFields: {}, secretFields: { value: `${hex(12)}\nsecond line ${hex(12)}` } },
];
const SECRETS = [...CASES.flatMap(({ secretFields }) => Object.values(secretFields)), NEW_VALUE];

let chromium: Chromium;
let page: Page;
let wire: Wire;
const idOf = new Map<string, string>();

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 1000 } } });
  wire = tapWire(chromium.context);
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'admin');
});
afterAll(() => Promise.all([chromium?.close(), cloudflare.close(), llm.close()]));

const input = (within: Locator, name: string): Locator => within.locator(`[name="${name}"]`);

const fillIn = async (dialog: Locator, fields: Fields): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) {
    const field = input(dialog, name);
    await field.waitFor();
    if ((await dialog.locator(`select[name="${name}"]`).count()) === 1) await field.selectOption(value);
    else await field.fill(value);
  }
};

const openRegistration = async (type: string): Promise<Locator> => {
  await page.goto(adminUiUrl);
  await page.getByRole('button', { name: 'Register' }).click();
  const dialog = page.getByRole('dialog');
  await input(dialog, 'credentialType').selectOption(type);
  return dialog;
};

const register = async ({ type, publicFields, secretFields }: Case): Promise<void> => {
  const address = `system.sealed-${run}.${type.replaceAll('_', '-')}`;
  const dialog = await openRegistration(type);
  await dialog.getByText('Sealed in this browser to the vault’s own key').waitFor();
  await fillIn(dialog, { address, ...publicFields, ...secretFields });
  await dialog.getByRole('button', { name: 'Register credential' }).click();
  await page.getByRole('heading', { level: 1, name: address }).waitFor();
  idOf.set(type, new URL(page.url()).pathname.split('/').at(-1) ?? '');
};

/** The vault's own word on what it holds. */
const holds = async (type: string, version: number, secretFields: Fields): Promise<unknown> => {
  const body = { version, secretFields };
  return (await ask(`${credentialPath(idOf.get(type) ?? '')}/verify-value`, { method: 'POST', body })).json;
};

describe('what is typed into the forms', () => {
  it.each(CASES)('reaches the vault: a $type', async (one) => {
    await register(one);
    expect(await holds(one.type, 1, one.secretFields)).toMatchObject({ version: 1, equal: true });
    expect((await readCredential(idOf.get(one.type) ?? '')).publicFields).toEqual(one.publicFields);
  });

  it('reaches it as a new value, too, with the public fields that go with it', async () => {
    await page.goto(`${adminUiUrl}/${idOf.get('user_api_key')}`);
    await page.getByRole('button', { name: 'New value' }).click();
    const dialog = page.getByRole('dialog');
    await fillIn(dialog, { apiKey: NEW_VALUE, label: 'the second one' });
    await dialog.getByRole('button', { name: 'Put it in place' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await holds('user_api_key', 2, { apiKey: NEW_VALUE })).toMatchObject({ version: 2, equal: true });
    expect((await readCredential(idOf.get('user_api_key') ?? '')).publicFields).toEqual({
      provider: 'custom',
      endpoint: `${llm.url}/v1`,
      label: 'the second one',
    });
  });

  it('comes back to this page alone when it is revealed', async () => {
    await page.goto(`${adminUiUrl}/${idOf.get('user_api_key')}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Reveal the secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the e2e test looks at it');
    await dialog.getByRole('button', { name: 'Reveal', exact: true }).click();
    await dialog.getByRole('button', { name: 'Show API key' }).click();
    expect(await dialog.locator('[data-field="apiKey"]').textContent()).toBe(NEW_VALUE);
    await dialog.getByRole('button', { name: 'Hide it now' }).click();
    await dialog.getByText('The secret is hidden again.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('is in no request and in no answer, however it is spelled', async () => {
    const writes = wire.sent.filter((text) => /^POST .*\/(credentials|versions)\n/u.test(text.replace('\n', ' ')));
    expect(writes.length).toBeGreaterThanOrEqual(CASES.length + 1);
    expect(writes.every((text) => text.includes('"kind":"hpke"'))).toBe(true);
    expect(spelledIn(wire.sent.join('\n'), SECRETS)).toEqual([]);
    expect(spelledIn((await wire.answers()).join('\n'), SECRETS)).toEqual([]);
  });

  it('would be found if it were sent', async () => {
    const [secret = ''] = SECRETS;
    for (const spelling of spellingsOf(secret)) {
      const before = wire.sent.length;
      await page.evaluate(
        `fetch('/api/v1/session', { method: 'POST', body: ${JSON.stringify(`before ${spelling} after`)} }).then(() => null)`,
      );
      expect(spelledIn(wire.sent.slice(before).join('\n'), SECRETS)).toEqual([secret]);
    }
  });

  it('is kept nowhere in the browser afterwards, and neither is anything else but how the page looks and whom it trusts', async () => {
    await page.goto(adminUiUrl);
    const kept = await page.evaluate<Readonly<Record<string, string[]>>>(`(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      cookies: document.cookie === '' ? [] : [document.cookie],
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
    }))()`);
    const { session = [], ...lasting } = kept;
    expect(lasting).toEqual({ local: [PINNED], cookies: [], databases: [], caches: [] });
    expect(session.filter((key) => !key.startsWith('tsr-scroll-restoration'))).toEqual([]);
    const stored = JSON.stringify(await chromium.context.storageState({ indexedDB: true }));
    const tab = await page.evaluate<string>('JSON.stringify(Object.entries(sessionStorage))');
    expect(spelledIn(`${stored}\n${tab}\n${await page.content()}`, SECRETS)).toEqual([]);
  });
});

/** Fills the form in and sends it; what the page wrote to the gateway then. */
const tryToSend = async (): Promise<{ readonly dialog: Locator; writes(): readonly string[] }> => {
  const dialog = await openRegistration('cloudflare_api_token');
  const before = wire.sent.length;
  await fillIn(dialog, { address: `system.sealed-${run}.never`, apiBaseUrl: cloudflare.url, token: CANARY });
  await dialog.getByRole('button', { name: 'Register credential' }).click();
  return { dialog, writes: () => wire.sent.slice(before).filter((text) => text.startsWith('POST')) };
};

describe('a key that the page can’t trust', () => {
  it('is not sealed to where the vault’s identity did not sign it', async () => {
    await page.route('**/api/v1/sealing-keys', async (route) => {
      const answer = (await (await route.fetch()).json()) as { keys: { signature: string }[] };
      const keys = answer.keys.map((key) => ({ ...key, signature: Buffer.alloc(64, 1).toString('base64url') }));
      await route.fulfill({ json: { ...answer, keys } });
    });
    const { dialog, writes } = await tryToSend();
    await dialog.getByRole('alert').getByText('The vault’s sealing keys can’t be trusted').waitFor();
    expect(writes()).toEqual([]);
    await page.unroute('**/api/v1/sealing-keys');
  });

  it('is not sealed to where this browser knows another identity, until a person says so', async () => {
    const known = await page.evaluate<string>(`localStorage.getItem('${PINNED}')`);
    const other = Buffer.alloc(32, 7).toString('base64url');
    await page.evaluate(`localStorage.setItem('${PINNED}', JSON.stringify({ identity: '${other}', since: '2026-01-01T00:00:00.000Z' }))`);
    const { dialog, writes } = await tryToSend();
    await dialog.getByRole('alert').getByText(`This browser knows ${other}`).waitFor();
    expect(writes()).toEqual([]);
    expect(await dialog.getByRole('button', { name: 'Trust it from now on' }).isDisabled()).toBe(true);
    await dialog.getByLabel('An operator confirmed the new identity to me').check();
    await dialog.getByRole('button', { name: 'Trust it from now on' }).click();
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    const now = await page.evaluate<string>(`localStorage.getItem('${PINNED}')`);
    expect(JSON.parse(now).identity).toBe(JSON.parse(known).identity);
    await dialog.getByRole('button', { name: 'Register credential' }).click();
    await page.getByRole('heading', { level: 1, name: `system.sealed-${run}.never` }).waitFor();
    expect(spelledIn(wire.sent.join('\n'), [CANARY])).toEqual([]);
  });
});
