import { parseEgressAllow } from '@keyturn/providers/http';
import { rotationProviders } from '@keyturn/providers/adapters';
import { cloudflareIdOf, type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { silentLogger } from '@keyturn/telemetry';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSweep } from '../src/sweeper/sweep.ts';
import { aTrial, disguisesOf, openStage, textOfHistory, until, type Stage } from './support/trial-worker.ts';

const ISSUER = 'issuer-Canary-0123456789abcdefghijklmnop';
const OLD = 'old-Canary-9876543210zyxwvutsrqponmlkji';
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];
const account = new Map<string, CloudflareToken>([
  [ISSUER, { status: 'active', zones: [], mayManageTokens: true }],
  [OLD, { status: 'active', zones: ['a.example'], policies: POLICIES }],
]);

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
    const sweep = createSweep({ ...trial, providers, log: silentLogger });
    await until(async () => {
      await sweep();
      return (await trial.vault.listUnsettled()).length === 0;
    });
    expect([...account.keys()]).toEqual([ISSUER, BROUGHT]);
    expect(trial.vault.reports.slice(-2)).toEqual(['ledger.start-revocation', 'ledger.record-revoked']);
  });
});
