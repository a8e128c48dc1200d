import { providerPaces, rotationProviders } from '@keyturn/providers/adapters';
import { memoryTurns, parseEgressAllow } from '@keyturn/providers/http';
import { cloudflareIdOf, type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aTrial, createSweep, disguisesOf, openStage, textOfHistory, until, type Stage, type Trial } from './support/trial-worker.ts';

const ISSUER = 'issuer-Canary-0123456789abcdefghijklmnop';
const OLD = 'old-Canary-9876543210zyxwvutsrqponmlkji';
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const account = new Map<string, CloudflareToken>([
  [ISSUER, { status: 'active', zones: [], mayManageTokens: true }],
  [OLD, { status: 'active', zones: ['a.example'], policies: POLICIES }],
]);

/** Longer than the worker waits without a word. */
const WAIT_S = 13;
const shownOf = async (trial: Trial) => (await trial.handle().describe()).searchAttributes;

let stage: Stage;
let cloudflare: Simulator;
beforeAll(async () => {
  cloudflare = await startCloudflare(account);
  stage = await openStage(inject('temporalAddress'));
});
afterAll(async () => {
  await stage.temporal.close();
  await cloudflare.close();
});

describe('a rotation at a simulated Cloudflare', () => {
  it('ends with one token, which Temporal never held, though the answer to its creation was lost once', async () => {
    const rules = parseEgressAllow('127.0.0.1');
    if (!rules.ok) throw new Error(rules.refusal);
    const at = { apiBaseUrl: cloudflare.url };
    const its = { credentialType: 'cloudflare_api_token', strategy: 'issued' } as const;
    const trial = aTrial(stage, {
      its,
      issuer: { ...at, token: ISSUER },
      old: { ...at, token: OLD },
      watchForMs: 3_000,
      evidenceEveryMs: 200,
    });
    const providers = rotationProviders({ http: { rules: rules.value } });
    const worker = await trial.startWorker({ providers });
    cloudflare.fault({ kind: 'drop' }, { path: '/user/tokens', method: 'POST' });
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.isClosed());
    expect(await trial.handle().result()).toEqual({ end: 'completed' });
    const token = trial.vault.candidatePassword() ?? '';
    expect([...account.keys()]).toEqual([ISSUER, token]);
    expect(trial.vault.reports).toContain('epoch.announce-candidate');
    expect(trial.vault.evidence.at(-1)).toContain(`user/tokens/${cloudflareIdOf(OLD)}`);
    const history = await textOfHistory(trial.handle());
    for (const secret of [ISSUER, OLD, token]) for (const disguise of disguisesOf(secret)) expect(history).not.toContain(disguise);
    await worker.stop();

    // Somebody brings another token: what Keyturn had made goes, and nothing else.
    const BROUGHT = 'brought-Canary-0123456789abcdefghijklmnop';
    account.set(BROUGHT, { status: 'active', zones: ['a.example'], policies: POLICIES });
    trial.vault.replaceByHand();
    const sweep = createSweep({ ...trial, providers });
    await until(async () => {
      await sweep();
      return (await trial.vault.listUnsettled()).length === 0;
    });
    expect([...account.keys()]).toEqual([ISSUER, BROUGHT]);
    expect(trial.vault.reports.slice(-2)).toEqual(['ledger.start-revocation', 'ledger.record-revoked']);
  });

  it('waits as long as Cloudflare says, in sight, and calls nobody meanwhile', async () => {
    const rules = parseEgressAllow('127.0.0.1');
    if (!rules.ok) throw new Error(rules.refusal);
    const value = 'another-Canary-0192837465abcdefghijklmno';
    account.set(value, { status: 'active', zones: ['a.example'], policies: POLICIES });
    const at = { apiBaseUrl: cloudflare.url };
    const its = { credentialType: 'cloudflare_api_token', strategy: 'issued' } as const;
    const old = { ...at, token: value };
    const trial = aTrial(stage, { its, issuer: { ...at, token: ISSUER }, old, watchForMs: 3_000, evidenceEveryMs: 200 });
    const paces = providerPaces({ turns: memoryTurns(() => performance.now()) });
    const worker = await trial.startWorker({ providers: rotationProviders({ http: { rules: rules.value }, paces }) });
    cloudflare.fault({ kind: 'rate-limit', retryAfterSeconds: WAIT_S }, { path: '/user/tokens', method: 'POST' });
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.throttled().length > 0);
    const toldAt = Date.now();
    const before = cloudflare.accepted.length;
    await until(async () => (await shownOf(trial))['KeyturnReason']?.[0] === 'rate-limited');
    expect(await shownOf(trial)).toMatchObject({ KeyturnStep: ['stage'] });
    await until(() => trial.vault.isClosed());
    expect(await trial.handle().result()).toEqual({ end: 'completed' });
    const next = Date.parse(cloudflare.accepted[before]?.at ?? '');
    expect(next - toldAt).toBeGreaterThan((WAIT_S - 1) * 1_000);
    expect(trial.vault.throttled()).toEqual(['Cloudflare takes no more calls just now, and nobody calls it before.']);
    await worker.stop();
  });
});
