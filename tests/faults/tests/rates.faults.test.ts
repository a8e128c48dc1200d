import { randomBytes } from 'node:crypto';
import { BulkRotationStarted, BulkRotationView } from '@keyturn/contracts/api';
import { waitUntil, type SupervisedProcess } from '@keyturn/dev-stack';
import { type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_POLICY, type FaultStack, startFaultStack } from '../src/fault-stack.ts';

// Two workers at one provider that counts: together they keep within its rate, also while one of them is killed and comes back.

const MEMBERS = 60;
const IN_FLIGHT = 12;
const RATE = { calls: 200, perMs: 5_000 };
const BULK = '/api/v1/admin/rotations/bulk';
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const newToken = (): string => randomBytes(20).toString('hex');

let faults: FaultStack;
let cloudflare: Simulator;
let second: SupervisedProcess;
const issuer = newToken();
const account = new Map<string, CloudflareToken>([[issuer, { status: 'active', zones: [], mayManageTokens: true }]]);
const first: string[] = [];

beforeAll(async () => {
  cloudflare = await startCloudflare(account);
  const workerSettings = { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000', PROVIDER_RATES: `cloudflare=${RATE.calls}/${RATE.perMs}` };
  faults = await startFaultStack({ instances: [], workerSettings });
  second = await faults.stack.addWorker('rotation-worker-two');
  const register = async (service: string, name: string, token: string, by?: string): Promise<string> => {
    const { credentialId } = await faults.stack.api.register({
      address: `system.${service}.${name}`,
      credentialType: 'cloudflare_api_token',
      publicFields: { apiBaseUrl: cloudflare.url },
      secretFields: { token },
      policy: { ...FAULT_POLICY, preflightMs: 0, deadlineMs: 300_000 },
      ...(by === undefined ? {} : { issuer: by }),
    });
    return credentialId;
  };
  const by = await register('cf-issuer', 'main', issuer);
  for (let index = 0; index < MEMBERS; index += 1) {
    const token = newToken();
    account.set(token, { status: 'active', zones: ['a.example'], policies: POLICIES });
    first.push(token);
    await register('cf', `m${index}`, token, by);
  }
}, 300_000);
afterAll(async () => {
  await faults.stop();
  await cloudflare.close();
});

const ask = async (path: string, body?: object): Promise<unknown> => {
  const { gatewayUrl, tokens } = faults.stack.endpoints;
  const answer = await fetch(`${gatewayUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
const read = async (bulkId: string): Promise<BulkRotationView> => BulkRotationView.parse(await ask(`${BULK}/${bulkId}`));
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  if (!(await waitUntil(isSo, { timeoutMs: 240_000, everyMs: 250 }))) throw new Error('what the test waited for did not come');
};

describe('two workers', () => {
  it('never call a provider above its rate in a bulk rotation, though one is killed in the middle', async () => {
    cloudflare.limit(RATE);
    const { bulkId, total } = BulkRotationStarted.parse(await ask(BULK, { service: 'cf', maxInFlight: IN_FLIGHT, note: 'two workers' }));
    expect(total).toBe(MEMBERS);
    await until(async () => (await read(bulkId)).counts.completed >= MEMBERS / 4);
    await second.kill();
    await until(async () => (await read(bulkId)).counts.completed >= MEMBERS / 2);
    await second.restart();
    await until(async () => (await read(bulkId)).status === 'ended');
    const { calls, refused, most } = cloudflare.limited();
    expect((await read(bulkId)).counts).toMatchObject({ completed: MEMBERS, failed: 0 });
    expect({ refused, isWithin: most <= RATE.calls }).toEqual({ refused: 0, isWithin: true });
    expect(calls).toBeGreaterThan(MEMBERS * 10);
    expect(first.some((token) => account.has(token))).toBe(false);
    expect(account.size).toBe(MEMBERS + 1);
  });
});
