import type { TestedType } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { TurnTooFar } from './http/index.ts';
import { providerAdapters, type ProviderPaces, rotationProviders } from './adapters.ts';

const NOWHERE = 'https://127.0.0.1:1';
const fence = { credentialId: '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10', incarnation: 1, epoch: 1, version: 2 };
const opened = (fields: Record<string, string>) => new Sensitive<Record<string, string>>(fields);

/** Which paces were waited for, and at which servers. */
const recorded = () => {
  const waits: string[] = [];
  const paces: ProviderPaces = (name) => ({
    turn: async (server) => void waits.push(`${name} ${server}`),
    hold: async () => new TurnTooFar(name, 0),
  });
  return { waits, paces };
};

/** Who is waited for before a provider hears of a rotation; the rules let no call out. */
const waitedFor = async (type: 'user_api_key' | 'cloudflare_api_token' | 'oauth_client_secret', fields: Record<string, string>) => {
  const { waits, paces } = recorded();
  const provider = rotationProviders({ urls: { openai: NOWHERE, cloudflare: NOWHERE }, paces })[type];
  if (provider?.strategy !== 'issued') throw new Error('nothing of the type is issued');
  const refused = await provider.announce({ issuer: opened(fields), current: opened(fields), fence });
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'provider-unreachable' } });
  return [...new Set(waits.map((wait) => wait.split(' ')[0]))];
};

describe('whatever issues values', () => {
  it('is asked at its rate', async () => {
    expect(await waitedFor('cloudflare_api_token', { token: 'a-token' })).toEqual(['cloudflare']);
    expect(await waitedFor('user_api_key', { provider: 'openai', apiKey: 'sk-proj-1', projectId: 'proj_1' })).toEqual(['openai']);
    const client = { clientId: 'orders', clientSecret: 'secret', issuerUrl: `${NOWHERE}/realms/main` };
    expect(await waitedFor('oauth_client_secret', client)).toEqual(['keycloak']);
  });
});

const URLS = Object.fromEntries(
  ['cloudflare', 'namecheap', 'stripe', 'openai', 'anthropic', 'huggingface', 'cohere', 'replicate'].map((name) => [name, NOWHERE]),
);

describe('a test', () => {
  it.each<[TestedType, Record<string, string>, string]>([
    ['cloudflare_api_token', { token: 'a-token' }, 'cloudflare'],
    ['namecheap_api_key', { apiKey: 'a', apiUser: 'u', clientIp: '192.0.2.1' }, 'namecheap'],
    ['stripe_secret_key', { secretKey: 'sk_test_1' }, 'stripe'],
    ['openai_admin_key', { adminKey: 'sk-admin-1' }, 'openai'],
    ['user_api_key', { provider: 'openai', apiKey: 'sk-1' }, 'openai'],
    ['user_api_key', { provider: 'anthropic', apiKey: 'sk-ant-1' }, 'anthropic'],
    ['user_api_key', { provider: 'huggingface', apiKey: 'hf_1' }, 'huggingface'],
    ['user_api_key', { provider: 'cohere', apiKey: 'co-1' }, 'cohere'],
    ['user_api_key', { provider: 'replicate', apiKey: 'r8_1' }, 'replicate'],
    ['user_api_key', { provider: 'custom', apiKey: 'any', endpoint: NOWHERE }, 'llm-endpoint'],
    ['oauth_client_secret', { clientId: 'a', clientSecret: 'b', tokenUrl: NOWHERE }, 'oauth'],
    ['generic', { value: 'a', checkUrl: NOWHERE }, 'generic'],
  ])('of %s %j waits for its turn', async (type, fields, wanted) => {
    const { waits, paces } = recorded();
    await providerAdapters({ urls: URLS, paces })[type].test(opened(fields));
    expect([...new Set(waits)]).toEqual([`${wanted} 127.0.0.1:1`]);
  });
});
