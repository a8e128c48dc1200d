import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CredentialView, type RotationView, Stats } from '@keyturn/contracts/api';
import { followRotation, projectRoot, SAMPLE_POLICY, type Stack, startStack } from '@keyturn/dev-stack';
import { type CloudflareToken, type NamecheapAccount, type Simulator, startCloudflare, startNamecheap } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DnsAnswer, type DnsService, startDnsService } from './support/dns-service.ts';

// A stack of its own: the DNS service begins with what the vault's environment offers, which anything stored would overrule. NameCheap sees the
// worker and the service come from two addresses.

const varDir = join(projectRoot, 'var', `e2e-dns-bootstrap-${process.pid}`);
const [WORKER, SERVICE] = ['192.0.2.10', '192.0.2.20'];
const newKey = (): string => randomBytes(16).toString('hex');
const hosts = [{ Name: '@', Type: 'A', Address: '192.0.2.1', TTL: '1800' }];
const REFUSED_KEY = newKey();
const [BOOT_KEY, BOOT_TOKEN, STORED_TOKEN] = [newKey(), randomBytes(20).toString('hex'), randomBytes(20).toString('hex')];

const accounts = new Map<string, NamecheapAccount>([
  ['boot', { apiKey: BOOT_KEY, addresses: [WORKER, SERVICE], domains: new Map([['boot.example', { hosts }]]) }],
]);
const tokens = new Map<string, CloudflareToken>([
  [BOOT_TOKEN, { status: 'active', zones: ['boot.example'] }],
  [STORED_TOKEN, { status: 'active', zones: ['stored.example'] }],
]);

let seenByWorker: Simulator;
let seenByService: Simulator;
let cloudflare: Simulator;
let stack: Stack;
let dns: DnsService;
/** Of the service's process, as it was started. */
let pid: number | undefined;
beforeAll(async () => {
  cloudflare = await startCloudflare(tokens);
  seenByWorker = await startNamecheap(accounts, { seenFrom: WORKER });
  seenByService = await startNamecheap(accounts, { seenFrom: SERVICE });
  stack = await startStack({
    varDir,
    instances: [],
    ui: false,
    settings: {
      vault: {
        CLOUDFLARE_API_TOKEN: BOOT_TOKEN,
        CLOUDFLARE_API_BASE_URL: cloudflare.url,
        NAMECHEAP_API_KEY: BOOT_KEY,
        NAMECHEAP_API_USERNAME: 'boot',
        NAMECHEAP_CLIENT_IP: SERVICE,
        NAMECHEAP_SANDBOX: 'true',
      },
      'rotation-worker': {
        EGRESS_ALLOW: '127.0.0.1',
        PROVIDER_URLS: `namecheap-sandbox=${seenByWorker.url}/xml.response`,
        PROVIDER_RATES: 'namecheap=100/1000',
        SWEEP_EVERY_MS: '500',
        SETTLE_PAUSE_FIRST_MS: '500',
        SETTLE_PAUSE_LONGEST_MS: '1000',
        WORKFLOW_CACHE_DIR: join(projectRoot, 'var', 'cache'),
      },
    },
  });
  dns = await startDnsService('dns', {
    at: { varDir, endpoints: stack.endpoints },
    grants: ['system.cloudflare.*', 'system.namecheap.*'],
    env: { NAMECHEAP_URL: `${seenByService.url}/xml.response` },
  });
  pid = dns.pid();
});
afterAll(async () => {
  await dns?.stop();
  await stack?.stop();
  await Promise.all([cloudflare, seenByWorker, seenByService].map((simulator) => simulator?.close()));
  rmSync(varDir, { recursive: true, force: true });
});

const namesOf = ({ json }: DnsAnswer): readonly string[] => (json as { items: { name: string }[] }).items.map(({ name }) => name);
const domains = async (): Promise<readonly string[]> => namesOf(await dns.call('GET', '/namecheap/domains'));
const zones = async (): Promise<readonly string[]> => namesOf(await dns.call('GET', '/cloudflare/zones'));
const inUse = async (): Promise<unknown> => (await dns.call('GET', '/credentials')).json;

const ask = async (path: string, body?: unknown): Promise<unknown> => {
  const { gatewayUrl, tokens: people } = stack.endpoints;
  const response = await fetch(`${gatewayUrl}/api/v1${path}`, {
    headers: { authorization: `Bearer ${people.admin}`, 'content-type': 'application/json', 'if-match': '*' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const answer: unknown = await response.json();
  expect({ path, status: response.status, answer }).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
  return answer;
};
const credential = async (id: string): Promise<CredentialView> => CredentialView.parse(await ask(`/admin/credentials/${id}`));
const leftovers = async (): Promise<number> => Stats.parse(await ask('/stats')).credentials.leftovers.count;

let namecheapId: string;
/** NameCheap has one key an account: a person resets it there, and brings the new one. */
const rotateTo = async (apiKey: string): Promise<number> => {
  const { epoch } = await stack.api.rotate(namecheapId);
  await expect.poll(async () => (await stack.api.rotation(namecheapId, epoch)).asks?.what, { timeout: 20_000 }).toBe('value');
  accounts.set('keyturn', {
    apiKey,
    addresses: accounts.get('keyturn')?.addresses ?? [],
    domains: new Map([['stored.example', { hosts }]]),
  });
  await ask(`/admin/credentials/${namecheapId}/rotations/${epoch}/value`, { secretFields: { apiKey } });
  return epoch;
};
const follow = (epoch: number): Promise<RotationView> =>
  followRotation(stack.api, { credentialId: namecheapId, epoch }, { timeoutMs: 60_000 });

describe('the DNS service on a fresh vault', () => {
  it('begins with the environment’s credentials, which a stored one replaces under it', async () => {
    expect([await zones(), await domains()]).toEqual([['boot.example'], ['boot.example']]);
    expect(await inUse()).toEqual({ cloudflare: [{ version: null }], namecheap: { version: null } });

    await stack.api.register({
      address: 'system.cloudflare.main',
      credentialType: 'cloudflare_api_token',
      publicFields: { apiBaseUrl: cloudflare.url },
      secretFields: { token: STORED_TOKEN },
    });
    const apiKey = newKey();
    accounts.set('keyturn', { apiKey, addresses: [WORKER, SERVICE], domains: new Map([['stored.example', { hosts }]]) });
    const made = await stack.api.register({
      address: 'system.namecheap.main',
      credentialType: 'namecheap_api_key',
      publicFields: { apiUser: 'keyturn', clientIp: SERVICE, sandbox: 'true' },
      secretFields: { apiKey },
      policy: { ...SAMPLE_POLICY, graceMs: 0, soakMs: 0 },
    });
    namecheapId = made.credentialId;
    await expect.poll(zones, { timeout: 20_000 }).toEqual(['stored.example']);
    await expect.poll(domains, { timeout: 20_000 }).toEqual(['stored.example']);
    expect(await inUse()).toEqual({ cloudflare: [{ version: 1 }], namecheap: { version: 1 } });
  });

  it('goes on with the next NameCheap key, without a restart', async () => {
    const epoch = await rotateTo(newKey());
    await expect.poll(async () => (await stack.api.rotation(namecheapId, epoch)).asks?.what, { timeout: 30_000 }).toBe('deletion');
    await ask(`/admin/credentials/${namecheapId}/rotations/${epoch}/old-value-deleted`, {});
    expect(await follow(epoch)).toMatchObject({ status: 'completed', from: 1, to: 2 });
    expect(await domains()).toEqual(['stored.example']);
    expect(await inUse()).toMatchObject({ namecheap: { version: 2 } });
    expect([dns.pid(), typeof pid]).toEqual([pid, 'number']); // one process, all the time
    expect(await credential(namecheapId)).toMatchObject({ current: 2, ledger: [], attention: null });
  });

  it('refuses a key that NameCheap takes from the worker’s address, and not from its own; what is left is somebody’s business', async () => {
    const { apiKey: before = '' } = accounts.get('keyturn') ?? {};
    accounts.set('keyturn', { apiKey: before, addresses: [WORKER], domains: new Map() });
    const epoch = await rotateTo(REFUSED_KEY);
    const failed = await follow(epoch);
    expect(failed).toMatchObject({ status: 'failed', failure: { code: 'preflight-nacked' } });
    expect(failed.failure?.sentence).toMatch(/^dns\/one can't use version 3: the probe failed: namecheap-1011150$/u);
    expect(await inUse()).toMatchObject({ namecheap: { version: 2 } });

    // Keyturn can't remove at NameCheap what a person made there, and says so; nor may anybody: the reset ended the key before it.
    const alarm = { epoch, needs: 'leftover', why: expect.stringMatching(/still taken.* don’t remove it, bring it again/u) };
    await expect.poll(async () => (await credential(namecheapId)).attention, { timeout: 20_000 }).toMatchObject(alarm);
    expect(await leftovers()).toBe(1);
    expect(await ask('/admin/credentials?needs=leftover')).toMatchObject({ total: 1, items: [{ credentialId: namecheapId }] });
  });

  it('takes the same key once its address is on the list, also where NameCheap can’t be asked for a while; nobody is to remove it', async () => {
    accounts.set('keyturn', { apiKey: REFUSED_KEY, addresses: [WORKER, SERVICE], domains: new Map([['stored.example', { hosts }]]) });
    seenByWorker.fault({ kind: 'fail', status: 503 }, { times: 1_000 });
    const { epoch } = await stack.api.rotate(namecheapId);
    await expect.poll(async () => (await stack.api.rotation(namecheapId, epoch)).asks?.what, { timeout: 20_000 }).toBe('value');
    const path = `/admin/credentials/${namecheapId}/rotations/${epoch}`;
    const brought = await ask(`${path}/value`, { secretFields: { apiKey: REFUSED_KEY } });
    expect(brought).toMatchObject({ version: 4, status: 'testing', sentence: expect.stringContaining('trouble of its own (503)') });
    const waiting = expect.stringMatching(/^Version 4 can’t be tested yet: .* \(503\).* It is tried again and again/u);
    expect(await stack.api.rotation(namecheapId, epoch)).toMatchObject({ status: 'open', sentence: waiting });
    expect((await credential(namecheapId)).ledger).toMatchObject([{ kind: 'issued-not-committed', version: 4 }]);

    seenByWorker.reset();
    await expect.poll(async () => (await stack.api.rotation(namecheapId, epoch)).asks?.what, { timeout: 60_000 }).toBe('deletion');
    await ask(`${path}/old-value-deleted`, {});
    expect(await follow(epoch)).toMatchObject({ status: 'completed', from: 2, to: 4 });
    expect([await domains(), await inUse()]).toMatchObject([['stored.example'], { namecheap: { version: 4 } }]);
    expect(await credential(namecheapId)).toMatchObject({ current: 4, ledger: [], attention: null });
    expect(await leftovers()).toBe(0);
    expect(dns.pid()).toBe(pid);
  });
});
