import {
  type CloudflareToken,
  hashOf,
  type LlmKey,
  type NamecheapAccount,
  type OpenAiKey,
  type Simulator,
  startCloudflare,
  startLlmProviders,
  startNamecheap,
  startOpenAi,
  startStripe,
  type StripeKey,
} from '@keyturn/provider-simulators';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { providerAdapters, type ProviderAdapters } from '../src/adapters.ts';
import { parseEgressAllow } from '../src/http/index.ts';
import { assistedRotation } from '../src/rotation/assisted-rotation.ts';

const SECRET = 'canary0123456789abcdef0123456789abcdef01';
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const tokens = new Map<string, CloudflareToken>();
const stripeKeys = new Map<string, StripeKey>();
const llmKeys = new Map<string, OpenAiKey & LlmKey>();
const accounts = new Map<string, NamecheapAccount>();

const start = async () => ({
  cloudflare: await startCloudflare(tokens),
  stripe: await startStripe(stripeKeys),
  openai: await startOpenAi(llmKeys),
  open: await startOpenAi(llmKeys, { isOpen: true }),
  others: await startLlmProviders(llmKeys),
  namecheap: await startNamecheap(accounts),
});
let at: Awaited<ReturnType<typeof start>>;
let adapters: ProviderAdapters;

beforeAll(async () => {
  at = await start();
  const rules = parseEgressAllow('127.0.0.1');
  if (!rules.ok) throw new Error(rules.refusal);
  const namecheap = `${at.namecheap.url}/xml.response`;
  adapters = providerAdapters({
    http: { rules: rules.value, timeoutMs: 500 },
    urls: {
      stripe: `${at.stripe.url}/v1`,
      namecheap,
      'namecheap-sandbox': namecheap,
      openai: `${at.openai.url}/v1`,
      anthropic: `${at.others.url}/anthropic`,
      huggingface: `${at.others.url}/huggingface`,
      cohere: `${at.others.url}/cohere`,
      replicate: `${at.others.url}/replicate`,
    },
  });
});
afterEach(() => {
  for (const map of [tokens, stripeKeys, llmKeys, accounts]) map.clear();
  for (const simulator of Object.values(at)) simulator.reset();
});
afterAll(() => Promise.all(Object.values(at).map((simulator) => simulator.close())));

/** What a test came to, in the form `verdict: sentence`. No report may hold the secret, or what the simulators say. */
const tested = async (type: keyof ProviderAdapters, fields: Readonly<Record<string, string>>) => {
  const report = await adapters[type].test(new Sensitive(fields));
  expect(JSON.stringify(report)).not.toMatch(/canary|simulated|slow down|as told/u);
  expect(report.sentence.length).toBeLessThan(300);
  return { said: `${report.verdict}: ${report.sentence}`, can: report.can, elapsedMs: report.elapsedMs };
};

/** What every provider may meet, by one call that would be let in. */
const describeTroubles = (simulator: () => Simulator, call: () => Promise<{ said: string; elapsedMs: number }>) => {
  it('says what stands in the way of an answer', async () => {
    const when = async (fault: Parameters<Simulator['fault']>[0]) => {
      simulator().fault(fault);
      return (await call()).said;
    };
    expect(await when({ kind: 'rate-limit', retryAfterSeconds: 30 })).toMatch(/^rate-limited: .*test again in 30 s\.$/u);
    expect(await when({ kind: 'fail', status: 503 })).toMatch(/^unreachable: .*trouble of its own \(503\)/u);
    expect(await when({ kind: 'slow', ms: 2_000 })).toMatch(/^unreachable: .*didn’t answer in time\.$/u);
    expect(await when({ kind: 'drop' })).toMatch(/^unreachable: .*it cut the connection\.$/u);
    expect(await when({ kind: 'redirect', to: 'http://169.254.169.254/' })).toMatch(/^unreachable: .*redirects elsewhere \(302\)/u);
    expect((await call()).said).toMatch(/^valid: /u);
  });

  it('says how long the answer took', async () => {
    simulator().fault({ kind: 'slow', ms: 60 });
    const { said, elapsedMs } = await call();
    expect(said).toMatch(/^valid: /u);
    expect(elapsedMs).toBeGreaterThanOrEqual(58); // timers and clocks differ by a millisecond
  });
};

describe('a Cloudflare API token', () => {
  const test = (more: Readonly<Record<string, string>> = {}) =>
    tested('cloudflare_api_token', { token: SECRET, apiBaseUrl: at.cloudflare.url, ...more });

  it('of a user or of an account is taken, with the zones that it sees', async () => {
    tokens.set(SECRET, { status: 'active', zones: ['a.example', 'b.example'] });
    expect(await test()).toMatchObject({ said: 'valid: Cloudflare takes the token; it sees 2 zones.', can: ['see 2 zones'] });
    expect((await test({ accountId: ACCOUNT })).said).toMatch(/^valid/u); // a user's, though an account is named
    tokens.set(SECRET, { status: 'active', zones: [], isForbiddenAtAccounts: true });
    expect((await test({ accountId: ACCOUNT })).said).toMatch(/^valid/u);
    tokens.set(SECRET, { status: 'active', zones: [], accountId: ACCOUNT });
    expect(await test({ accountId: ACCOUNT })).toMatchObject({
      said: 'valid: Cloudflare takes the token; it sees 0 zones.',
      can: undefined,
    });
    expect((await test()).said).toMatch(/^invalid/u);
    expect(at.cloudflare.accepted[0]).toMatchObject({ secretHash: hashOf(SECRET) });
  });

  it('is refused in sentences', async () => {
    expect((await test()).said).toMatch(/^invalid: Cloudflare doesn't know this token/u);
    expect((await test({ token: 'too-short' })).said).toMatch(/^invalid: Cloudflare doesn't know this token/u);
    tokens.set(SECRET, { status: 'expired', zones: [] });
    expect((await test()).said).toMatch(/^invalid: The token has expired/u);
    tokens.set(SECRET, { status: 'disabled', zones: [] });
    expect((await test()).said).toMatch(/^invalid: The token is disabled/u);
    tokens.set(SECRET, { status: 'active', zones: [], isElsewhere: true });
    expect((await test()).said).toMatch(/^forbidden: Cloudflare doesn't let this token in from here \(403\)/u);
    tokens.set(SECRET, { status: 'active', zones: [], isElsewhere: true, isForbiddenAtAccounts: true });
    expect((await test({ accountId: ACCOUNT })).said).toMatch(/^forbidden: /u);
    tokens.set(SECRET, { status: 'active', zones: [], isElsewhere: true, accountId: ACCOUNT }); // no user's: unknown there, and alive
    expect((await test({ accountId: ACCOUNT })).said).toMatch(/^forbidden: /u);
    tokens.set(SECRET, { status: SECRET as 'active', zones: [] });
    expect((await test()).said).toMatch(/^unreachable: .*never would/u);
    expect((await test({ apiBaseUrl: `${at.stripe.url}/v1` })).said).toMatch(/^unreachable: .*never would \(404\)/u);
  });

  describeTroubles(
    () => at.cloudflare,
    () => (tokens.set(SECRET, { status: 'active', zones: ['a.example'] }), test()),
  );
});

describe('a Stripe key', () => {
  const KEY = `sk_test_${SECRET}`;
  const RESTRICTED = `rk_live_${SECRET}`;
  const test = (secretKey = KEY) => tested('stripe_secret_key', { secretKey });

  it('gets its verdicts', async () => {
    expect((await test()).said).toMatch(/^invalid: Stripe doesn't know this key/u);
    stripeKeys.set(KEY, { isExpired: true });
    expect((await test()).said).toMatch(/^invalid: .*has expired/u);
    stripeKeys.set(KEY, { mayReadBalance: false });
    expect((await test()).said).toMatch(/^forbidden: /u);
    stripeKeys.set(RESTRICTED, { mayReadBalance: false });
    expect(await test(RESTRICTED)).toMatchObject({ said: expect.stringMatching(/^valid: .*may not read the balance/u), can: undefined });
    stripeKeys.set(RESTRICTED, {});
    expect(await test(RESTRICTED)).toMatchObject({
      said: 'valid: Stripe takes the key, in live mode.',
      can: ['read the balance', 'work in live mode'],
    });
  });

  describeTroubles(
    () => at.stripe,
    () => (stripeKeys.set(KEY, {}), test()),
  );
});

describe('a key of OpenAI, or of an endpoint like it', () => {
  const KEY = `sk-${SECRET}`;
  const test = () => tested('user_api_key', { provider: 'openai', apiKey: KEY });
  const testCustom = (endpoint: string) => tested('user_api_key', { provider: 'custom', apiKey: KEY, endpoint });

  it('gets its verdicts', async () => {
    expect((await test()).said).toMatch(/^invalid: OpenAI doesn't know this key/u);
    llmKeys.set(KEY, { models: [], mayListModels: false });
    expect((await test()).said).toMatch(/^forbidden: OpenAI knows this key, which may not list models/u);
    llmKeys.set(KEY, { models: [], isDenied: true });
    expect((await test()).said).toMatch(/^forbidden: .*region/u);
    llmKeys.set(KEY, { models: ['a', 'b'], isElsewhere: true });
    expect((await test()).said).toMatch(
      /^forbidden: OpenAI doesn't let this key in from here \(401\): put the rotation worker's address on/u,
    );
    llmKeys.set(KEY, { models: ['a', 'b'] });
    expect(await test()).toMatchObject({ said: 'valid: OpenAI takes the key.', can: ['use 2 models'] });
  });

  it('says of an endpoint whether its answer means anything', async () => {
    llmKeys.set(KEY, { models: ['a'] });
    expect((await testCustom(`${at.openai.url}/v1/`)).said).toBe('valid: The endpoint takes the key.');
    expect((await testCustom(`${at.open.url}/v1`)).said).toMatch(/^unreachable: .*without a key, too/u);
    expect((await testCustom(at.openai.url)).said).toMatch(/^unreachable: .*no \/models \(404\)/u);
    expect((await testCustom('http://[::1]:9/v1')).said).toMatch(/^unreachable: .*loopback address, which the egress rules forbid/u);
  });

  describeTroubles(
    () => at.openai,
    () => (llmKeys.set(KEY, { models: [] }), test()),
  );
});

describe('an admin key of OpenAI', () => {
  const KEY = `sk-admin-${SECRET}`;
  const test = () => tested('openai_admin_key', { adminKey: KEY });

  it('gets its verdicts', async () => {
    expect((await test()).said).toMatch(/^invalid: OpenAI doesn't know this admin key/u);
    llmKeys.set(KEY, { models: ['a'] });
    expect((await test()).said).toMatch(/^forbidden: .*make an admin key/u);
    llmKeys.set(KEY, { models: [], isAdmin: true, isElsewhere: true });
    expect((await test()).said).toMatch(
      /^forbidden: OpenAI doesn't let this key in from here \(401\): put the rotation worker's address on/u,
    );
    llmKeys.set(KEY, { models: [], isAdmin: true });
    expect(await test()).toMatchObject({ said: 'valid: OpenAI takes the admin key.', can: ['manage an organization'] });
  });

  describeTroubles(
    () => at.openai,
    () => (llmKeys.set(KEY, { models: [], isAdmin: true }), test()),
  );
});

describe.each([
  ['anthropic', `sk-ant-${SECRET}`, ['use 2 models']],
  ['huggingface', `hf_${SECRET}`, ['read and write']],
  ['cohere', `co-${SECRET}`, ['use 2 models']],
  ['replicate', `r8_${SECRET}`, ['act for an organization']],
])('a key of %s', (provider, apiKey, can) => {
  const test = () => tested('user_api_key', { provider, apiKey });

  it('gets its verdicts', async () => {
    expect((await test()).said).toMatch(/^invalid: .*doesn't know this key/u);
    llmKeys.set(apiKey, { models: [], isDenied: true });
    expect((await test()).said).toMatch(/^forbidden: .*\(403\)/u);
    llmKeys.set(apiKey, { models: ['a', 'b'] });
    expect(await test()).toMatchObject({ said: expect.stringMatching(/^valid: .* takes the key\.$/u), can });
  });

  describeTroubles(
    () => at.others,
    () => (llmKeys.set(apiKey, { models: [] }), test()),
  );
});

describe('a key of Anthropic that a person sets inactive first', () => {
  const KEY = `sk-ant-${SECRET}`;
  const isDead = () => assistedRotation(adapters.user_api_key).isDead(new Sensitive({ provider: 'anthropic', apiKey: KEY }));
  const set = (isInactive: boolean) => llmKeys.set(KEY, { models: ['a'], isInactive });

  it('is taken for dead from then on, and alive again once that is undone', async () => {
    set(false);
    expect(await isDead()).toEqual({ state: 'alive', sentence: 'It is still taken: Anthropic takes the key.' });
    set(true);
    expect(await isDead()).toMatchObject({ state: 'dead' });
    expect((await tested('user_api_key', { provider: 'anthropic', apiKey: KEY })).said).toMatch(
      /^invalid: Anthropic doesn't know this key/u,
    );
    set(false);
    expect(await isDead()).toMatchObject({ state: 'alive' });
  });
});

describe('a NameCheap API key', () => {
  const fields = { apiKey: SECRET, apiUser: 'shop', clientIp: '203.0.113.10' };
  const test = (more: object = {}) => tested('namecheap_api_key', { ...fields, ...more });
  const known = () => accounts.set('shop', { apiKey: SECRET, addresses: ['203.0.113.10'] });

  it('gets its verdicts', async () => {
    expect((await test()).said).toMatch(/^invalid: NameCheap's live system doesn't know the API user shop/u);
    accounts.set('shop', { apiKey: 'another', addresses: [] });
    expect((await test({ sandbox: 'true' })).said).toMatch(/^invalid: NameCheap's sandbox refuses the key of shop/u);
    known();
    expect(await test()).toMatchObject({ said: "valid: NameCheap's live system takes the key of shop.", can: ['read the balance'] });
    expect((await test({ clientIp: '203.0.113.11' })).said).toMatch(/^forbidden: .*as 203\.0\.113\.11: put the address/u);
    expect((await test({ userName: 'other' })).said).toMatch(/^forbidden: .*act for other/u);
  });

  it('turns error numbers into sentences, known or not', async () => {
    known();
    const when = async (number: string) => (at.namecheap.failWith(number), (await test()).said);
    expect(await when('500000')).toMatch(/^rate-limited: /u);
    expect(await when('1017101')).toMatch(/^forbidden: .*locked or disabled the API user/u);
    expect(await when('5050900')).toMatch(/^unreachable: /u);
    expect(await when('4711')).toMatch(/^unreachable: .*error 4711, which Keyturn doesn't know/u);
    expect(await when('canary')).toMatch(/^unreachable: .*an error without a number/u);
  });

  describeTroubles(
    () => at.namecheap,
    () => (known(), test()),
  );
});
