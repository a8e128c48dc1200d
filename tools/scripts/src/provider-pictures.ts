import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import { SAMPLE_POLICY, type Stack, startStack, stopInReverse, sweepDeadRuns } from '@keyturn/dev-stack';
import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { startCloudflare, startLlmProviders, startNamecheap, startOpenAi, startStripe } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { keepPicture } from './picture.ts';
import { root } from './run-command.ts';

// The third part of `pnpm screenshots`: a picture for each page in docs/providers, in light. It has a stack of its own, in which simulators stand in
// for the providers.

const varRoot = join(root, 'var');
const varDir = join(varRoot, `provider-pictures-${process.pid}`);
const VIEWPORT = { width: 1280, height: 1000 };
const TESTS_SIZE = { width: 1280, height: 560 };
const POLICY = { ...SAMPLE_POLICY, graceMs: 300_000, soakMs: 60_000, deadlineMs: 3_600_000 };
const CLIENT_IP = '203.0.113.10';
const PROJECT = 'proj_shop';
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const KEYS = {
  cloudflare: 'cf-token-of-the-shop-0123456789abcdefghij',
  cloudflareIssuer: 'cf-token-that-makes-others-0123456789abcd',
  namecheap: '0123456789abcdef0123456789abcdef',
  stripe: 'sk_test_ofTheShop0123456789abcdef',
  openAi: 'sk-proj-ofTheShop0123456789abcdef',
  openAiAdmin: 'sk-admin-ofTheShop0123456789abcde',
  anthropic: 'sk-ant-ofTheShop0123456789abcdef',
  huggingface: 'hf_ofTheShop0123456789abcdefgh',
  cohere: 'co-ofTheShop0123456789abcdefghij',
  replicate: 'r8_ofTheShop0123456789abcdefghi',
  custom: 'key-ofTheShop0123456789abcdefghi',
};

type Site = { readonly stack: Stack; readonly page: Page };
type Shoot = (site: Site, name: string, credentialId: string) => Promise<void>;

const keep = async (name: string, part: Locator): Promise<void> =>
  keepPicture(await part.screenshot({ animations: 'disabled' }), `provider-${name}`, 'light');

const openTab = async ({ stack, page }: Site, credentialId: string, tab = ''): Promise<void> => {
  await page.goto(`${stack.endpoints.adminUiUrl}/${credentialId}${tab}`);
  await page.getByText('Live', { exact: true }).waitFor();
};

/** What the provider said of the value. */
const shootTests: Shoot = async (site, name, credentialId) => {
  await openTab(site, credentialId, '?tab=tests');
  const { page } = site;
  await page.setViewportSize(TESTS_SIZE);
  await page.getByRole('table', { name: 'Tests' }).getByRole('row').nth(1).waitFor();
  await page.evaluate(`scrollTo({ top: document.querySelector('[role="tablist"]').getBoundingClientRect().top + scrollY - 300 })`); // its head, too
  keepPicture(await page.screenshot({ animations: 'disabled' }), `provider-${name}`, 'light');
  await page.setViewportSize(VIEWPORT);
};

/** What a rotation would come to; none is started. */
const shootDryRun: Shoot = async (site, name, credentialId) => {
  const { page } = site;
  await openTab(site, credentialId);
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'What would happen?' }).click();
  const dialog = page.getByRole('dialog', { name: /^A rotation of/u });
  await dialog.getByText('Nothing was done').waitFor();
  await keep(name, dialog);
};

/** What a person is asked to do there. */
const shootSteps: Shoot = async (site, name, credentialId) => {
  const { page, stack } = site;
  await stack.api.rotate(credentialId);
  await openTab(site, credentialId);
  const card = page.getByRole('region', { name: /^Your turn: make the new value/u });
  await card.getByRole('textbox').first().waitFor();
  await keep(name, card);
};

/** The form of a new credential, filled in; it is never sent. */
const shootForm = async ({ stack, page }: Site, name: string, type: string, typed: Readonly<Record<string, string>>): Promise<void> => {
  await page.goto(stack.endpoints.adminUiUrl);
  await page.getByRole('button', { name: 'Register' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('[name="credentialType"]').selectOption(type);
  for (const [field, value] of Object.entries(typed)) await dialog.locator(`[name="${field}"]`).fill(value);
  await keep(name, dialog);
};

type Sample = { readonly name: string; readonly shoot: Shoot; readonly body: Omit<RegisterCredentialBody, 'policy'> };

/** A key of a provider of language models, and what a person does to rotate it. */
const llm = (name: string, apiKey: string, more: Readonly<Record<string, string>> = {}): Sample => ({
  name: name === 'custom' ? 'custom-endpoint' : name,
  shoot: shootSteps,
  body: {
    address: `system.${name}.main`,
    credentialType: 'user_api_key',
    publicFields: { provider: name, ...more },
    secretFields: { apiKey },
  },
});

const samplesAt = (customUrl: string): readonly Sample[] => [
  {
    name: 'namecheap',
    shoot: shootDryRun,
    body: {
      address: 'system.namecheap.main',
      credentialType: 'namecheap_api_key',
      publicFields: { apiUser: 'shop', clientIp: CLIENT_IP, sandbox: 'false' },
      secretFields: { apiKey: KEYS.namecheap },
    },
  },
  {
    name: 'stripe',
    shoot: shootTests,
    body: {
      address: 'system.stripe.billing',
      credentialType: 'stripe_secret_key',
      publicFields: {},
      secretFields: { secretKey: KEYS.stripe },
    },
  },
  llm('anthropic', KEYS.anthropic),
  llm('huggingface', KEYS.huggingface),
  llm('cohere', KEYS.cohere),
  llm('replicate', KEYS.replicate),
  llm('custom', KEYS.custom, { endpoint: `${customUrl}/v1` }),
];

/** What an issuer makes: a dry run says what it would be. */
const issuedSamples: readonly { readonly issuer: Sample['body']; readonly made: Sample }[] = [
  {
    issuer: {
      address: 'system.cloudflare.issuer',
      credentialType: 'cloudflare_api_token',
      publicFields: {},
      secretFields: { token: KEYS.cloudflareIssuer },
    },
    made: {
      name: 'cloudflare',
      shoot: shootDryRun,
      body: {
        address: 'system.cloudflare.main',
        credentialType: 'cloudflare_api_token',
        publicFields: {},
        secretFields: { token: KEYS.cloudflare },
      },
    },
  },
  {
    issuer: {
      address: 'system.openai.admin',
      credentialType: 'openai_admin_key',
      publicFields: {},
      secretFields: { adminKey: KEYS.openAiAdmin },
    },
    made: { ...llm('openai', KEYS.openAi, { projectId: PROJECT }), shoot: shootDryRun },
  },
];

const shootAll = async (site: Site, customUrl: string): Promise<void> => {
  const { api, credentialId } = site.stack;
  const register = async (body: Sample['body']): Promise<string> => (await api.register({ ...body, policy: POLICY })).credentialId;
  await shootTests(site, 'postgres', credentialId);
  for (const { issuer, made } of issuedSamples) {
    const by = await register(issuer);
    await made.shoot(site, made.name, await register({ ...made.body, issuer: by }));
  }
  for (const { name, shoot, body } of samplesAt(customUrl)) await shoot(site, name, await register(body));
  await shootForm(site, 'keycloak', 'oauth_client_secret', {
    address: 'system.keycloak.orders',
    clientSecret: 'of-no-use-to-anybody',
    clientId: 'orders',
    issuerUrl: 'https://sso.example.com/realms/main',
    issuer: 'system.keycloak.issuer',
  });
  await shootForm(site, 'generic', 'generic', {
    address: 'system.mailer.main',
    value: 'of-no-use-to-anybody',
    checkUrl: 'https://api.mailer.example/v1/me',
    checkHeaders: 'Authorization: Bearer {{value}}',
    checkStatus: '200',
  });
};

const simulators = async () => {
  const cloudflare = await startCloudflare(
    new Map([
      [KEYS.cloudflare, { status: 'active', zones: ['shop.example', 'shop.test'], policies: POLICIES }],
      [KEYS.cloudflareIssuer, { status: 'active', zones: [], mayManageTokens: true }],
    ]),
  );
  const namecheap = await startNamecheap(new Map([['shop', { apiKey: KEYS.namecheap, addresses: [CLIENT_IP] }]]));
  const stripe = await startStripe(new Map([[KEYS.stripe, {}]]));
  const openAi = await startOpenAi(
    new Map([
      [KEYS.openAi, { models: ['gpt-4o'], projectId: PROJECT }],
      [KEYS.openAiAdmin, { models: [], isAdmin: true }],
    ]),
  );
  const custom = await startOpenAi(new Map([[KEYS.custom, { models: ['llama'] }]]));
  const { anthropic, huggingface, cohere, replicate } = KEYS;
  const llms = await startLlmProviders(
    new Map([anthropic, huggingface, cohere, replicate].map((key) => [key, { models: ['one', 'two'] }])),
  );
  const urls = {
    cloudflare: cloudflare.url,
    namecheap: `${namecheap.url}/xml.response`,
    stripe: `${stripe.url}/v1`,
    openai: `${openAi.url}/v1`,
    anthropic: `${llms.url}/anthropic`,
    huggingface: `${llms.url}/huggingface`,
    cohere: `${llms.url}/cohere`,
    replicate: `${llms.url}/replicate`,
  };
  return { urls, customUrl: custom.url, all: [cloudflare, namecheap, stripe, openAi, custom, llms] };
};

const inOrder: { stop(): Promise<void> }[] = [];
try {
  const { urls, customUrl, all } = await simulators();
  inOrder.push(...all.map(({ close }) => ({ stop: close })));
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'provider-pictures');
  const PROVIDER_URLS = Object.entries(urls)
    .map(([name, url]) => `${name}=${url}`)
    .join(',');
  const stack = await startStack({ varDir, settings: { 'rotation-worker': { EGRESS_ALLOW: '127.0.0.1', PROVIDER_URLS } } });
  inOrder.push(stack);
  const browser = await launchChromium({ env: process.env, context: { viewport: VIEWPORT }, onProgress: (line) => console.log(line) });
  inOrder.push({ stop: () => browser.close() });
  const page = await browser.context.newPage();
  await signInAs(page, stack.endpoints.adminUiUrl, 'admin');
  await page.emulateMedia({ colorScheme: 'light' });
  await shootAll({ stack, page }, customUrl);
} finally {
  for (const fault of await stopInReverse({ inOrder })) console.error(fault);
  rmSync(varDir, { recursive: true, force: true });
}
