import { describe, expect, it } from 'vitest';
import { environmentCredentials } from './environment-credentials.ts';

const KEY = 'aB3'.repeat(12);

describe('environmentCredentials', () => {
  it('are none where no secret is set, whatever else is', () =>
    expect(
      environmentCredentials({ CLOUDFLARE_API_TOKEN: ' ', CLOUDFLARE_API_BASE_URL: 'https://x.test', NAMECHEAP_SANDBOX: 'true' }),
    ).toEqual([]));
  it('take the documented variables, and name them', () => {
    const [found] = environmentCredentials({
      NAMECHEAP_API_KEY: KEY,
      NAMECHEAP_API_USERNAME: 'Sky',
      NAMECHEAP_USERNAME: 'Sky',
      NAMECHEAP_CLIENT_IP: '203.0.113.10',
      NAMECHEAP_SANDBOX: 'false',
    });
    expect(found).toMatchObject({
      service: 'namecheap',
      credentialType: 'namecheap_api_key',
      address: 'system.namecheap.environment',
      publicFields: { apiUser: 'Sky', userName: 'Sky', clientIp: '203.0.113.10', sandbox: 'false' },
      masks: { apiKey: 'aB3a...3aB3' },
    });
    expect(found?.secretFields.reveal()).toEqual({ apiKey: KEY });
    expect(JSON.stringify(found)).not.toContain(KEY);
  });
  it('are two, of all eight variables, and nothing is left out', () => {
    const variables = {
      CLOUDFLARE_API_TOKEN: KEY,
      CLOUDFLARE_ACCOUNT_ID: '0'.repeat(32),
      CLOUDFLARE_API_BASE_URL: 'https://api.cloudflare.com/client/v4',
      NAMECHEAP_API_USERNAME: 'Sky',
      NAMECHEAP_API_KEY: KEY,
      NAMECHEAP_USERNAME: 'Behind',
      NAMECHEAP_CLIENT_IP: '203.0.113.10',
      NAMECHEAP_SANDBOX: 'true',
    };
    const [cloudflare, namecheap] = environmentCredentials(variables);
    expect([...(cloudflare?.variables ?? []), ...(namecheap?.variables ?? [])].toSorted()).toEqual(Object.keys(variables).toSorted());
    expect([cloudflare, namecheap].map((found) => ({ ...found?.publicFields, ...found?.secretFields.reveal() }))).toEqual([
      { token: KEY, accountId: '0'.repeat(32), apiBaseUrl: 'https://api.cloudflare.com/client/v4' },
      { apiUser: 'Sky', apiKey: KEY, userName: 'Behind', clientIp: '203.0.113.10', sandbox: 'true' },
    ]);
  });
  it('stop the start where they fit no type, and print no value', () =>
    expect(() => environmentCredentials({ CLOUDFLARE_API_TOKEN: 'hunter2 hunter2' })).toThrow(
      /^the variables CLOUDFLARE_API_TOKEN make no cloudflare_api_token: token: A Cloudflare API token has 20 characters or more/,
    ));
});
