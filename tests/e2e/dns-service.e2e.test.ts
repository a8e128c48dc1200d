import { randomBytes, randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import {
  cloudflareIdOf,
  type CloudflareToken,
  hashOf,
  type NamecheapAccount,
  type Simulator,
  startCloudflare,
  startNamecheap,
} from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin, readCredential, rotateToEnd } from './support/admin.ts';
import { ask, CREDENTIALS } from './support/ask.ts';
import { type DnsAnswer, type DnsService, startDnsService } from './support/dns-service.ts';

// The DNS service of examples/, on the real stack: its credentials change under it while it works.

const run = randomUUID().slice(0, 8);
const ACCOUNTS = ['1'.repeat(32), '2'.repeat(32)] as const;
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const newToken = (): string => randomBytes(20).toString('hex');
const active = (accountId: string, ...zones: string[]): CloudflareToken => ({ status: 'active', accountId, zones });

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
const registerCloudflare = async (name: string, token: string, more: object = {}): Promise<string> => {
  const made = await admin().register({
    address: `system.cloudflare.${name}`,
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: cloudflare.url },
    secretFields: { token },
    ...more,
  });
  return made.credentialId;
};
const ofAccount = (accountId: string) => ({ publicFields: { apiBaseUrl: cloudflare.url, accountId } });
const itemsOf = ({ json }: DnsAnswer): readonly { name: string }[] => (json as { items: { name: string }[] }).items;

type Changing = {
  readonly zone: string;
  readonly host: number;
  readonly calls: { readonly status: number; readonly wanted: number }[];
  readonly stop: AbortSignal;
};

/** A user of the service who adds a record, changes it, looks and deletes it, again and again. */
const changeRecords = async (service: DnsService, { zone, host, calls, stop }: Changing): Promise<void> => {
  const records = `/cloudflare/zones/${zone}/dns_records`;
  const count = async (wanted: number, method: string, path: string, body?: unknown): Promise<DnsAnswer> => {
    const answer = await service.call(method, path, body);
    calls.push({ status: answer.status, wanted });
    return answer;
  };
  const record = { type: 'A', name: `host-${host}.busy.example`, content: '192.0.2.1', ttl: 60 };
  while (!stop.aborted) {
    const { id } = (await count(201, 'POST', records, record)).json as { id: string };
    await count(200, 'PUT', `${records}/${id}`, { ...record, content: '192.0.2.2' });
    await count(200, 'GET', records);
    await count(204, 'DELETE', `${records}/${id}`);
  }
};

/** The one token that works on the zone now. */
const tokenOf = (zone: string): string => {
  const [living, ...others] = [...cloudflareTokens].filter(([, { zones }]) => zones.includes(zone));
  expect(others).toEqual([]);
  return living?.[0] ?? '';
};

/**
 * What Cloudflare let in for the service from a version's commit until it heard that the version before it ends, by either. `byVersion`: the
 * tokens, the first version's first.
 */
const overlapOf = async (credentialId: string, byVersion: readonly string[], version: number) => {
  const { versions } = await readCredential(credentialId);
  const committedAt = versions.find((one) => one.version === version)?.committedAt ?? '';
  const [before = '', next = ''] = byVersion.slice(version - 2);
  const ending = new RegExp(`^(?:PUT|DELETE) /user/tokens/${cloudflareIdOf(before)}$`, 'u');
  const endedAt = cloudflare.accepted.find(({ call }) => ending.test(call))?.at ?? '';
  const within = cloudflare.accepted.filter(({ at, call }) => at >= committedAt && at < endedAt && call.includes('/dns_records'));
  const countBy = (token: string): number => within.filter(({ secretHash }) => secretHash === hashOf(token)).length;
  return { version, byOld: countBy(before), byNew: countBy(next) };
};

describe('the DNS service', () => {
  it('chooses among several Cloudflare credentials by account, and works on none that nobody registered', async () => {
    const [one, two] = [newToken(), newToken()];
    cloudflareTokens.set(one, active(ACCOUNTS[0], 'one.example')).set(two, active(ACCOUNTS[1], 'two.example', 'three.example'));
    const addresses = [`system.cloudflare.first-${run}`, `system.cloudflare.second-${run}`];
    await registerCloudflare(`first-${run}`, one, ofAccount(ACCOUNTS[0]));
    await registerCloudflare(`second-${run}`, two, ofAccount(ACCOUNTS[1]));
    const service = await start('dns', ['system.cloudflare.*'], { CLOUDFLARE_ADDRESSES: addresses.join(',') });
    expect(itemsOf(await service.call('GET', '/cloudflare/zones')).map(({ name }) => name)).toEqual(['one.example']);
    const second = await service.call('GET', `/cloudflare/zones?account=${ACCOUNTS[1]}`);
    expect(itemsOf(second).map(({ name }) => name)).toEqual(['two.example', 'three.example']);
    expect(await service.call('GET', '/cloudflare/zones?account=another')).toMatchObject({ status: 503, json: { code: 'no-credential' } });
    expect(await service.call('GET', '/namecheap/domains')).toMatchObject({ status: 503, json: { code: 'no-credential' } });
  });

  it('loses no call in twenty rotations under load: each time Cloudflare issues a token, and the old one is deleted once it is held no more', async () => {
    const [first, issuing] = [newToken(), newToken()];
    cloudflareTokens.set(issuing, { status: 'active', zones: [], mayManageTokens: true });
    cloudflareTokens.set(first, { status: 'active', zones: ['busy.example'], policies: POLICIES });
    const issuer = await registerCloudflare(`busy-issuer-${run}`, issuing);
    const credentialId = await registerCloudflare(`busy-${run}`, first, { issuer, policy: { ...SAMPLE_POLICY, graceMs: 0, soakMs: 0 } });
    const service = await start('dns-busy', ['system.cloudflare.*'], { CLOUDFLARE_ADDRESSES: `system.cloudflare.busy-${run}` });
    const [zone] = ((await service.call('GET', '/cloudflare/zones')).json as { items: { id: string }[] }).items;
    const calls: { readonly status: number; readonly wanted: number }[] = [];
    const stop = new AbortController();
    const [byVersion, pid] = [[first], service.pid()];
    const overlaps: Awaited<ReturnType<typeof overlapOf>>[] = [];
    const load = Promise.all(
      [1, 2, 3, 4, 5, 6].map((host) => changeRecords(service, { zone: zone?.id ?? '', host, calls, stop: stop.signal })),
    );
    try {
      for (let version = 2; version <= 21; version += 1) {
        expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', from: version - 1, to: version });
        byVersion.push(tokenOf('busy.example'));
        overlaps.push(await overlapOf(credentialId, byVersion, version));
      }
    } finally {
      stop.abort();
      await load;
    }
    expect(calls.filter(({ status, wanted }) => status !== wanted)).toEqual([]);
    // Each time calls went on through the change: with the old token after the commit, and with the new one before the old one's end.
    expect(overlaps).toHaveLength(20);
    expect(overlaps.filter(({ byOld, byNew }) => byOld === 0 || byNew === 0)).toEqual([]);
    expect([pid, typeof pid]).toEqual([service.pid(), 'number']); // one process, all the time
    expect(await readCredential(credentialId)).toMatchObject({ current: 21, ledger: [] });
    expect(cloudflareTokens.has(first)).toBe(false);
  }, 300_000);

  it('manages the hosts of NameCheap domains', async () => {
    const apiKey = randomBytes(16).toString('hex');
    const hosts = [
      { Name: '@', Type: 'A', Address: '192.0.2.1', TTL: '1800' },
      { Name: '@', Type: 'MX', Address: 'mx.example.', TTL: '1800', MXPref: '20' },
    ];
    const domains = new Map([['cheap.example', { emailType: 'MX', hosts }]]);
    namecheapAccounts.set('keyturn', { apiKey, addresses: ['127.0.0.1'], domains });
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
    const service = await start('dns-cheap', ['system.namecheap.*', 'system.cloudflare.*'], {
      CLOUDFLARE_ADDRESSES: `system.cloudflare.first-${run}`,
      NAMECHEAP_ADDRESS: `system.namecheap.main-${run}`,
      NAMECHEAP_URL: `${namecheap.url}/xml.response`,
    });
    expect(itemsOf(await service.call('GET', '/namecheap/domains'))).toEqual([{ name: 'cheap.example', expires: '02/15/2030' }]);
    const path = '/namecheap/domains/cheap.example/hosts';
    const kept = [
      { name: '@', type: 'A', address: '192.0.2.1', ttl: 1800 },
      { name: '@', type: 'MX', address: 'mx.example.', ttl: 1800, preference: 20 },
    ];
    expect((await service.call('GET', path)).json).toEqual({ emailType: 'MX', items: kept });
    const items = [{ name: 'www', type: 'CNAME', address: 'a & b "quoted".example.', ttl: 300 }];
    expect((await service.call('PUT', path, { items })).status).toBe(200);
    expect((await service.call('GET', path)).json).toEqual({ emailType: 'MX', items: [...kept, ...items] });
    expect((await service.call('DELETE', `${path}/CNAME/www`)).status).toBe(204);
    expect(await service.call('DELETE', `${path}/CNAME/www`)).toMatchObject({ status: 404, json: { code: 'not-found' } });
    expect(await service.call('DELETE', `${path}/MX/@`)).toMatchObject({ status: 400, json: { code: 'body-invalid' } });
    expect((await service.call('GET', path)).json).toEqual({ emailType: 'MX', items: kept });
    expect(await service.call('PUT', path, { items: [{ name: '' }] })).toMatchObject({ status: 400, json: { code: 'body-invalid' } });
  });
});
