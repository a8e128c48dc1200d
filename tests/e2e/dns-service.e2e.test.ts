import { randomBytes, randomUUID } from 'node:crypto';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { waitUntil } from '@keyturn/dev-stack';
import { type CloudflareToken, type NamecheapAccount, type Simulator, startCloudflare, startNamecheap } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCredential } from './support/admin.ts';
import { ask, CREDENTIALS, credentialPath } from './support/ask.ts';
import { type DnsAnswer, type DnsService, startDnsService } from './support/dns-service.ts';

// The DNS service of examples/, on the real stack: its credentials change under it while it works.

const run = randomUUID().slice(0, 8);
const ACCOUNTS = ['1'.repeat(32), '2'.repeat(32), '3'.repeat(32)] as const;
const newToken = (): string => randomBytes(20).toString('hex');
const active = (accountId: string, ...zones: string[]): CloudflareToken => ({ status: 'active', accountId, zones });
const POLL = { timeoutMs: 20_000, everyMs: 20 };

/** Tokens that Cloudflare takes now; a test revokes one by deleting it. */
const cloudflareTokens = new Map<string, CloudflareToken>();
const namecheapAccounts = new Map<string, NamecheapAccount>();
let cloudflare: Simulator;
let namecheap: Simulator;
const services: DnsService[] = [];
beforeAll(async () => {
  cloudflare = await startCloudflare(cloudflareTokens);
  namecheap = await startNamecheap(namecheapAccounts);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await cloudflare.close();
  await namecheap.close();
});

const start = async (name: string, grants: readonly string[], env: NodeJS.ProcessEnv): Promise<DnsService> => {
  const service = await startDnsService(name, { grants, env });
  services.push(service);
  return service;
};
const registerCloudflare = async (service: string, name: string, accountId: string, token: string): Promise<string> => {
  const made = await ask(CREDENTIALS, {
    method: 'POST',
    body: {
      address: `system.${service}.${name}`,
      credentialType: 'cloudflare_api_token',
      publicFields: { apiBaseUrl: cloudflare.url, accountId },
      secretFields: { token },
    },
  });
  expect({ status: made.status, text: made.text }).toMatchObject({ status: 201 });
  return (made.json as { credentialId: string }).credentialId;
};
const itemsOf = ({ json }: DnsAnswer): readonly { name: string }[] => (json as { items: { name: string }[] }).items;

/** Which versions the service's one process still holds. */
const heldBy = async (credentialId: string, instance: string): Promise<readonly number[]> => {
  const answer = (await ask(`${credentialPath(credentialId)}/consumers`)).json;
  const { items } = VAULT_QUERIES_TABLE['credential.consumers'].answer.parse(answer);
  const own = items.find((each) => `${each.consumer}/${each.instance}` === instance);
  return own?.holds.map(({ version }) => version) ?? [];
};

describe('the DNS service', () => {
  it('chooses among several Cloudflare credentials by account, and works on none that nobody registered', async () => {
    const [one, two] = [newToken(), newToken()];
    cloudflareTokens.set(one, active(ACCOUNTS[0], 'one.example')).set(two, active(ACCOUNTS[1], 'two.example', 'three.example'));
    const addresses = [`system.cloudflare.first-${run}`, `system.cloudflare.second-${run}`];
    await registerCloudflare('cloudflare', `first-${run}`, ACCOUNTS[0], one);
    await registerCloudflare('cloudflare', `second-${run}`, ACCOUNTS[1], two);
    const service = await start('dns', ['system.cloudflare.*'], { CLOUDFLARE_ADDRESSES: addresses.join(',') });
    expect(itemsOf(await service.call('GET', '/cloudflare/zones')).map(({ name }) => name)).toEqual(['one.example']);
    const second = await service.call('GET', `/cloudflare/zones?account=${ACCOUNTS[1]}`);
    expect(itemsOf(second).map(({ name }) => name)).toEqual(['two.example', 'three.example']);
    expect(await service.call('GET', '/cloudflare/zones?account=another')).toMatchObject({ status: 503, json: { code: 'no-credential' } });
    expect(await service.call('GET', '/namecheap/domains')).toMatchObject({ status: 503, json: { code: 'no-credential' } });
  });

  it('loses no call while its token is replaced twenty times, and each old one revoked as soon as it holds it no more', async () => {
    const first = newToken();
    cloudflareTokens.set(first, active(ACCOUNTS[2], 'busy.example'));
    const credentialId = await registerCloudflare('cloudflare', `busy-${run}`, ACCOUNTS[2], first);
    const service = await start('dns-busy', ['system.cloudflare.*'], { CLOUDFLARE_ADDRESSES: `system.cloudflare.busy-${run}` });
    const [zone] = ((await service.call('GET', '/cloudflare/zones')).json as { items: { id: string }[] }).items;
    const records = `/cloudflare/zones/${zone?.id}/dns_records`;
    const calls: { readonly status: number; readonly wanted: number }[] = [];
    const stop = new AbortController();
    const count = async (wanted: number, method: string, path: string, body?: unknown): Promise<DnsAnswer> => {
      const answer = await service.call(method, path, body);
      calls.push({ status: answer.status, wanted });
      return answer;
    };
    const user = async (number: number): Promise<void> => {
      const record = { type: 'A', name: `host-${number}.busy.example`, content: '192.0.2.1', ttl: 60 };
      while (!stop.signal.aborted) {
        const { id } = (await count(201, 'POST', records, record)).json as { id: string };
        await count(200, 'PUT', `${records}/${id}`, { ...record, content: '192.0.2.2' });
        await count(200, 'GET', records);
        await count(204, 'DELETE', `${records}/${id}`);
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, (_, number) => user(number)));
    try {
      let old = first;
      for (let version = 2; version <= 21; version += 1) {
        const next = newToken();
        cloudflareTokens.set(next, active(ACCOUNTS[2], 'busy.example'));
        const given = await ask(`${credentialPath(credentialId)}/versions`, { method: 'POST', body: { secretFields: { token: next } } });
        expect({ status: given.status, text: given.text }).toMatchObject({ status: 201 });
        const holdsOnlyTheNew = async (): Promise<boolean> => (await heldBy(credentialId, service.instance)).join() === String(version);
        expect(await waitUntil(holdsOnlyTheNew, POLL), `version ${version}`).toBe(true);
        cloudflareTokens.delete(old);
        old = next;
      }
    } finally {
      stop.abort();
      await load;
    }
    expect(calls.filter(({ status, wanted }) => status !== wanted)).toEqual([]);
    expect(calls.length).toBeGreaterThan(20); // or nothing was going on

    expect((await readCredential(credentialId)).current).toBe(21);
  }, 180_000);

  it('manages the hosts of NameCheap domains, and follows whichever key Keyturn resolves as soon as there is one', async () => {
    const service = await start('dns-resolving', ['system.namecheap.*', 'system.cloudflare.*'], {
      NAMECHEAP_URL: `${namecheap.url}/xml.response`,
    });
    const list = () => service.call('GET', '/namecheap/domains');
    expect(await list()).toMatchObject({ status: 503, json: { code: 'no-credential' } });
    const apiKey = randomBytes(16).toString('hex');
    const hosts = [{ Name: '@', Type: 'A', Address: '192.0.2.1', TTL: '1800' }];
    namecheapAccounts.set('keyturn', { apiKey, addresses: ['127.0.0.1'], domains: new Map([['cheap.example', hosts]]) });
    const made = await ask(CREDENTIALS, {
      method: 'POST',
      body: {
        address: `system.namecheap.main-${run}`,
        credentialType: 'namecheap_api_key',
        publicFields: { apiUser: 'keyturn', clientIp: '127.0.0.1', sandbox: 'true' },
        secretFields: { apiKey },
        untested: 'import',
      },
    });
    expect({ status: made.status, text: made.text }).toMatchObject({ status: 201 });
    expect(await waitUntil(async () => (await list()).status === 200, POLL)).toBe(true);
    expect(itemsOf(await list())).toEqual([{ name: 'cheap.example', expires: '02/15/2030' }]);
    const path = '/namecheap/domains/cheap.example/hosts';
    expect((await service.call('GET', path)).json).toEqual({ items: [{ name: '@', type: 'A', address: '192.0.2.1', ttl: 1800 }] });
    const items = [{ name: 'www', type: 'CNAME', address: 'a & b "quoted".example.', ttl: 300 }];
    expect((await service.call('PUT', path, { items })).status).toBe(200);
    expect((await service.call('GET', path)).json).toEqual({ items });
    expect(await service.call('PUT', path, { items: [{ name: '' }] })).toMatchObject({ status: 400, json: { code: 'body-invalid' } });
  });
});
