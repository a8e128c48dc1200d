import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { DECLARED_RATES, rotationProviders } from './adapters.ts';

const NOWHERE = 'https://127.0.0.1:1';
const fence = { credentialId: '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10', incarnation: 1, epoch: 1, version: 2 };
const opened = (fields: Record<string, string>) => new Sensitive<Record<string, string>>(fields);

/** Who is waited for before a provider hears of a rotation; the rules let no call out. */
const waitedFor = async (type: 'user_api_key' | 'cloudflare_api_token' | 'oauth_client_secret', fields: Record<string, string>) => {
  const waits: string[] = [];
  const paceOf = (name: string) => async () => void waits.push(name);
  const [cloudflare, stripe, namecheap] = [paceOf('cloudflare'), paceOf('stripe'), paceOf('namecheap')];
  const paces = { cloudflare, stripe, namecheap, openai: paceOf('openai'), keycloak: paceOf('keycloak') };
  const provider = rotationProviders({ urls: { openai: NOWHERE, cloudflare: NOWHERE }, paces })[type];
  if (provider?.strategy !== 'issued') throw new Error('nothing of the type is issued');
  const refused = await provider.announce({ issuer: opened(fields), current: opened(fields), fence });
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'provider-unreachable' } });
  return [...new Set(waits)];
};

describe('whatever issues values', () => {
  it('is asked at its rate', async () => {
    expect(await waitedFor('cloudflare_api_token', { token: 'a-token' })).toEqual(['cloudflare']);
    expect(await waitedFor('user_api_key', { provider: 'openai', apiKey: 'sk-proj-1', projectId: 'proj_1' })).toEqual(['openai']);
    const client = { clientId: 'orders', clientSecret: 'secret', issuerUrl: `${NOWHERE}/realms/main` };
    expect(await waitedFor('oauth_client_secret', client)).toEqual(['keycloak']);
    expect(Object.keys(DECLARED_RATES)).toEqual(['cloudflare', 'stripe', 'namecheap', 'openai', 'keycloak']);
  });
});
