import { parseEgressAllow } from '@keyturn/providers/http';
import { rotationProviders } from '@keyturn/providers/adapters';
import { type OpenAiAccount, type OpenAiKey, openAiKeyIdOf, type Simulator, startOpenAi } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { aTrial, disguisesOf, openStage, textOfHistory, until, type Stage } from './support/trial-worker.ts';

const ADMIN = 'sk-admin-Canary0123456789abcdefghijklmn';
const OLD = 'sk-proj-Canary9876543210zyxwvutsrqponm';
const PROJECT = 'proj_shop';
const keys = new Map<string, OpenAiKey>([
  [ADMIN, { models: [], isAdmin: true }],
  [OLD, { models: ['gpt-5'], projectId: PROJECT }],
  ['sk-proj-another0123456789abcdefghijklmn', { models: ['gpt-5'], projectId: PROJECT }],
]);
const accounts = new Map<string, OpenAiAccount>();

let stage: Stage;
let openAi: Simulator;
beforeAll(async () => {
  openAi = await startOpenAi(keys, { accounts });
  stage = await openStage(inject('temporalAddress'));
});
afterAll(async () => {
  await stage.temporal.close();
  await openAi.close();
});

describe('a rotation at a simulated OpenAI', () => {
  it('ends with one service account, whose key Temporal never held, though the answer to its creation was lost once', async () => {
    const rules = parseEgressAllow('127.0.0.1');
    if (!rules.ok) throw new Error(rules.refusal);
    const trial = aTrial(stage, {
      its: { credentialType: 'user_api_key', strategy: 'issued' },
      issuer: { adminKey: ADMIN },
      old: { provider: 'openai', projectId: PROJECT, apiKey: OLD },
      watchForMs: 3_000,
      evidenceEveryMs: 200,
    });
    const providers = rotationProviders({ http: { rules: rules.value }, urls: { openai: `${openAi.url}/v1` } });
    const worker = await trial.startWorker({ providers });
    openAi.fault({ kind: 'drop' }, { path: '/service_accounts', method: 'POST' });
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.isClosed());
    expect(await trial.handle().result()).toEqual({ end: 'completed' });
    const key = trial.vault.candidatePassword() ?? '';
    expect(keys.get(key)).toMatchObject({ projectId: PROJECT, accountId: [...accounts.keys()][0] });
    expect([accounts.size, keys.size, keys.has(OLD)]).toEqual([1, 3, false]);
    expect(trial.vault.evidence.at(-1)).toContain(`organization/projects/${PROJECT}/api_keys/${openAiKeyIdOf(OLD)}`);
    const history = await textOfHistory(trial.handle());
    for (const secret of [ADMIN, OLD, key]) for (const disguise of disguisesOf(secret)) expect(history).not.toContain(disguise);
    await worker.stop();
  });
});
