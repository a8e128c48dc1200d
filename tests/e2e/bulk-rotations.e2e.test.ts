import { randomBytes, randomUUID } from 'node:crypto';
import { BulkRotationStarted, BulkRotationView, CredentialView } from '@keyturn/contracts/api';
import { SAMPLE_POLICY, waitUntil } from '@keyturn/dev-stack';
import { type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, cancelOpen } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';
import { runCli } from './support/run-cli.ts';

// Many rotations at a provider that counts its calls, and a worker and a vault that are killed in the middle.

const { controlUrl, endpoints } = inject('stack');
const MEMBERS = 12;
/** What the worker of these tests is told, too. */
const RATE = { calls: 40, perMs: 1_000 };
const BULK = '/api/v1/admin/rotations/bulk';
const newToken = (): string => randomBytes(20).toString('hex');
const run = randomUUID().slice(0, 8);
const service = `cf-${run}`;
const ISSUER = newToken();
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const account = new Map<string, CloudflareToken>([[ISSUER, { status: 'active', zones: [], mayManageTokens: true }]]);

let cloudflare: Simulator;
const ids: string[] = [];
const register = async (address: string, token: string, issuer?: string): Promise<string> => {
  const made = await admin().register({
    address,
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: cloudflare.url },
    secretFields: { token },
    policy: { ...SAMPLE_POLICY, preflightMs: 0 },
    ...(issuer === undefined ? {} : { issuer }),
  });
  return made.credentialId;
};
const control = async (deed: string): Promise<void> => {
  const answer = await fetch(`${controlUrl}${deed}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
};

beforeAll(async () => {
  cloudflare = await startCloudflare(account);
  const issuer = await register(`system.${service}-issuer.main`, ISSUER);
  for (let index = 0; index < MEMBERS; index += 1) {
    const token = newToken();
    account.set(token, { status: 'active', zones: ['a.example'], policies: POLICIES });
    ids.push(await register(`system.${service}.m${index}`, token, issuer));
  }
});
afterAll(async () => {
  await control('/worker/restart');
  await cloudflare.close();
});

const read = async (bulkId: string): Promise<BulkRotationView> => BulkRotationView.parse((await ask(`${BULK}/${bulkId}`)).json);
const through = async (bulkId: string): Promise<number> => (await read(bulkId)).counts.completed;

/** Of which a person brings each value. */
const registerOne = async (name: string): Promise<string> => {
  const body = { credentialType: 'generic', publicFields: {}, secretFields: { value: 'a person brings it' } } as const;
  return (await admin().register({ address: `system.${service}.${name}`, ...body })).credentialId;
};

describe('a bulk rotation', () => {
  it('completes over the death of the worker and of the vault, each credential once, and never above the provider’s rate', async () => {
    cloudflare.limit(RATE);
    const asked = await ask(BULK, { method: 'POST', body: { service, maxInFlight: 4, stopAfterFailures: 1, note: 'e2e' } });
    const { bulkId, total } = BulkRotationStarted.parse(asked.json);
    expect({ status: asked.status, total }).toEqual({ status: 202, total: MEMBERS });
    const most = { running: 0 };
    const progressed = (count: number) =>
      waitUntil(
        async () => {
          most.running = Math.max(most.running, (await read(bulkId)).counts.running);
          return (await through(bulkId)) >= count;
        },
        { timeoutMs: 120_000 },
      );
    expect(await progressed(2)).toBe(true);
    await control('/worker/kill');
    const { members } = await read(bulkId);
    expect(members.filter(({ status }) => status === 'running').length).toBeGreaterThan(0);
    await control('/worker/restart');
    expect(await progressed(5)).toBe(true);
    await control('/vault/kill');
    await control('/vault/restart');
    expect(await waitUntil(async () => (await ask(`${BULK}/${bulkId}`)).status === 200, { timeoutMs: 60_000 })).toBe(true);
    expect(await progressed(MEMBERS)).toBe(true);
    expect(await read(bulkId)).toMatchObject({ status: 'ended', counts: { completed: MEMBERS, failed: 0, skipped: 0 } });
    expect(most.running).toBeLessThanOrEqual(4);
    const counted = cloudflare.limited();
    expect(counted).toMatchObject({ refused: 0 });
    expect(counted.most).toBeLessThanOrEqual(RATE.calls);
    for (const credentialId of ids) {
      const { current, rotations, ledger } = CredentialView.parse((await ask(credentialPath(credentialId))).json);
      expect({ current, epochs: rotations.map(({ epoch }) => epoch), ledger }).toEqual({ current: 2, epochs: [1], ledger: [] });
    }
    expect(account.size).toBe(MEMBERS + 1);
  }, 300_000);

  it('is one like any other where nobody asked for it: a schedule’s turn comes, and what expires is told of', async () => {
    const [credentialId = ''] = ids;
    const set = (schedule: object | null) =>
      ask(`${credentialPath(credentialId)}/schedule`, { method: 'PUT', body: { schedule }, headers: { 'if-match': '*' } });
    const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await ask(credentialPath(credentialId), { method: 'PATCH', body: { expiresAt }, headers: { 'if-match': '*' } });
    expect((await set({ rotateEveryMs: 1_000 })).status).toBe(200);
    const rotations = async () => CredentialView.parse((await ask(credentialPath(credentialId))).json).rotations;
    const isDone = async () => (await rotations()).some(({ reason, status }) => reason === 'scheduled' && status === 'completed');
    expect(await waitUntil(isDone, { timeoutMs: 60_000 })).toBe(true);
    expect((await set(null)).status).toBe(200);
    const [last] = await rotations();
    expect(last).toMatchObject({ reason: 'scheduled', requestedBy: { kind: 'service', id: 'vault' } });
    const entries = async () => JSON.stringify((await ask(`/api/v1/audit/entries?credentialId=${credentialId}&limit=200`)).json);
    expect(await waitUntil(async () => (await entries()).includes('within 7 days'), { timeoutMs: 30_000 })).toBe(true);
    expect(await waitUntil(async () => (await rotations()).every(({ status }) => status !== 'open'), { timeoutMs: 60_000 })).toBe(true);
  }, 200_000);

  it('is shown, paused, resumed and cancelled at the command line', async () => {
    const env = { KEYTURN_URL: endpoints.gatewayUrl, KEYTURN_TOKEN: endpoints.tokens.admin };
    const keyturn = (...args: string[]) => runCli(['rotations', 'bulk', ...args], { env });
    // Each waits for a person, however long the commands take to start.
    const waiting = await Promise.all(['w0', 'w1'].map(registerOne));
    const started = await keyturn('start', ...waiting.flatMap((id) => ['--id', id]), '--max-in-flight', '1', '--note', 'by hand', '--json');
    expect(started).toMatchObject({ code: 0 });
    const { bulkId, total } = BulkRotationStarted.parse(JSON.parse(started.out));
    expect(total).toBe(2);
    expect(await keyturn('pause', bulkId, '--reason', 'to look first')).toMatchObject({ code: 0, out: expect.stringContaining('paused') });
    const shown = await keyturn('show', bulkId);
    expect(shown.out).toContain(`system.${service}.w0`);
    expect((await keyturn('list')).out).toContain(bulkId);
    expect(await keyturn('resume', bulkId)).toMatchObject({ code: 0 });
    expect(await keyturn('resume', bulkId)).toMatchObject({ code: 6, err: expect.stringContaining('not paused') });
    expect(await waitUntil(async () => (await read(bulkId)).counts.running === 1, { timeoutMs: 60_000 })).toBe(true);
    expect(await keyturn('cancel', bulkId, '--reason', 'enough')).toMatchObject({ code: 0 });
    expect(await keyturn('show', 'no-id')).toMatchObject({ code: 2 });
    expect(await keyturn('start')).toMatchObject({ code: 6 });
    for (const id of waiting) await cancelOpen(id);
    expect(await waitUntil(async () => (await read(bulkId)).status === 'ended', { timeoutMs: 60_000 })).toBe(true);
  });
});
