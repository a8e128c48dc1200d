import { randomBytes, randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import { cloudflareIdOf, type CloudflareToken, hashOf, type Held, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAULT_POLICY, type FaultStack, startFaultStack } from '../src/fault-stack.ts';

// A value that the provider issues and shows once, with somebody killed at each step of its rotation. The simulated account itself says what
// lives there: in the end exactly the one token that the vault has.

const newToken = (): string => randomBytes(20).toString('hex');
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];

let faults: FaultStack;
let cloudflare: Simulator;
let account: Map<string, CloudflareToken>;
let issuer: string;
let credentialId: string;
let first: string;
const ISSUER = newToken();

beforeAll(async () => {
  account = new Map([[ISSUER, { status: 'active', zones: [], mayManageTokens: true }]]);
  cloudflare = await startCloudflare(account);
  faults = await startFaultStack({ workerSettings: { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000' } });
  issuer = await register('issuer', ISSUER);
});
afterAll(async () => {
  await faults?.stop();
  await cloudflare?.close();
});
beforeEach(async () => {
  for (const token of living()) account.delete(token);
  cloudflare.reset();
  first = newToken();
  account.set(first, { status: 'active', zones: ['a.example'], policies: POLICIES });
  credentialId = await register(`dns-${randomUUID().slice(0, 8)}`, first, issuer);
});

const register = async (name: string, token: string, by?: string): Promise<string> => {
  const made = await faults.stack.api.register({
    address: `system.cloudflare.${name}`,
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: cloudflare.url },
    secretFields: { token },
    policy: FAULT_POLICY,
    ...(by === undefined ? {} : { issuer: by }),
  });
  return made.credentialId;
};
const living = (): string[] => [...account.keys()].filter((token) => token !== ISSUER);

const ask = async (method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: unknown }> => {
  const { gatewayUrl, tokens } = faults.stack.endpoints;
  const response = await fetch(`${gatewayUrl}/api/v1/admin/credentials/${credentialId}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
};
type Read = { readonly openEpoch: number | null; readonly ledger: readonly unknown[]; readonly current: number };
const read = async (): Promise<Read> => (await ask('GET', '')).json as Read;

/** Waits until nothing is open and nothing owed, and expects one token, which is the one that the vault has. */
const expectOneToken = async (current: number): Promise<void> => {
  let seen: Read | null = null;
  const isAtRest = async (): Promise<boolean> => {
    seen = await read().catch(() => null);
    return seen !== null && seen.openEpoch === null && seen.ledger.length === 0;
  };
  await waitUntil(isAtRest, { timeoutMs: 120_000, everyMs: 200 });
  expect(seen).toMatchObject({ openEpoch: null, ledger: [], current });
  expect(living()).toHaveLength(1);
  const [only = ''] = living();
  const tested = await ask('POST', '/test', {});
  expect({ status: tested.status, json: JSON.stringify(tested.json) }).toMatchObject({
    json: expect.stringContaining('Cloudflare takes the token'),
  });
  expect(cloudflare.accepted.at(-1)).toMatchObject({ secretHash: hashOf(only) });
};

/** Where the rotation is stopped: the call is carried out, and its answer waits. */
const POINTS: readonly (readonly [string, () => Held])[] = [
  ['after the create, before the stage', () => cloudflare.hold({ path: '/user/tokens', method: 'POST' })],
  ['after the stage, in the test', () => cloudflare.hold({ path: '/zones' })],
  ['after the commit, watching for uses', () => cloudflare.hold({ path: `/user/tokens/${cloudflareIdOf(first)}`, method: 'GET', skip: 1 })],
  [
    'in the revocation, after the old one was disabled',
    () => cloudflare.hold({ path: `/user/tokens/${cloudflareIdOf(first)}`, method: 'PUT' }),
  ],
  [
    'in the revocation, after the old one was deleted',
    () => cloudflare.hold({ path: `/user/tokens/${cloudflareIdOf(first)}`, method: 'DELETE' }),
  ],
];

describe.each(POINTS)('%s', (_point, stop) => {
  it.each(['rotation-worker', 'vault'] as const)(
    '%s is killed, and one token lives in the end',
    async (name) => {
      const held = stop();
      await faults.stack.api.rotate(credentialId);
      await held.arrived;
      const victim = faults.stack.services[name];
      await victim.kill();
      held.release();
      await victim.restart();
      await expectOneToken(2);
      expect(account.has(first)).toBe(false);
    },
    200_000,
  );
});

describe('the answer to the create is lost', () => {
  it('and one token lives in the end', async () => {
    cloudflare.fault({ kind: 'drop' }, { path: '/user/tokens', method: 'POST' });
    await faults.stack.api.rotate(credentialId);
    await expectOneToken(2);
  }, 200_000);

  it('each time, until the rotation fails: the old one lives, and nothing else', async () => {
    cloudflare.fault({ kind: 'drop' }, { path: '/user/tokens', method: 'POST', times: 1_000 });
    await faults.stack.api.rotate(credentialId);
    await expectOneToken(1);
    expect(living()).toEqual([first]);
  }, 200_000);

  it('and the worker is killed then: the next one finds what nobody heard of', async () => {
    const held = cloudflare.hold({ path: '/user/tokens', method: 'POST' });
    const { epoch } = await faults.stack.api.rotate(credentialId);
    await held.arrived;
    await faults.stack.services['rotation-worker'].kill();
    held.release();
    expect(living()).toHaveLength(2);
    expect((await ask('POST', `/rotations/${epoch}/cancel`, { reason: 'nobody is there to go on' })).status).toBe(200);
    await faults.stack.services['rotation-worker'].restart();
    await expectOneToken(1);
    expect(living()).toEqual([first]);
  }, 200_000);
});
