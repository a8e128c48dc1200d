import { randomBytes, randomUUID } from 'node:crypto';
import { type OpenAiAccount, type OpenAiKey, openAiKeyIdOf, startOpenAi } from '@keyturn/provider-simulators';
import { startFaultStack } from '../src/fault-stack.ts';
import { describeIssued } from '../src/issued/describe-issued.ts';
import type { IssuingLab } from '../src/issued/issued-run.ts';

const PROJECT = 'proj_faults';
const newKey = (kind: string): string => `sk-${kind}-${randomBytes(24).toString('hex')}`;

const start = async (): Promise<IssuingLab> => {
  const adminKey = newKey('admin');
  // A key that nobody rotates: the simulator knows a project only by its keys.
  const beside = newKey('other');
  const keys = new Map<string, OpenAiKey>([
    [adminKey, { models: [], isAdmin: true }],
    [beside, { models: ['gpt-5'], projectId: PROJECT }],
  ]);
  const accounts = new Map<string, OpenAiAccount>();
  const living = (): string[] => [...keys.keys()].filter((key) => key !== adminKey && key !== beside);
  const provider = await startOpenAi(keys, { accounts });
  const workerSettings = { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000', PROVIDER_URLS: `openai=${provider.url}/v1` };
  const faults = await startFaultStack({ workerSettings });
  return {
    faults,
    provider,
    issuer: { address: 'system.openai.issuer', credentialType: 'openai_admin_key', publicFields: {}, secretFields: { adminKey } },
    begin: async () => {
      for (const key of living()) keys.delete(key);
      accounts.clear();
      const value = newKey('proj');
      keys.set(value, { models: ['gpt-5'], projectId: PROJECT });
      const registration = {
        address: `system.openai.shop-${randomUUID().slice(0, 8)}`,
        credentialType: 'user_api_key' as const,
        publicFields: { provider: 'openai', projectId: PROJECT },
        secretFields: { apiKey: value },
      };
      return { value, id: openAiKeyIdOf(value), registration };
    },
    // An account is named, too, where its key isn't there: it must be gone as well.
    living: async () => {
      const empty = [...accounts.keys()].filter((id) => ![...keys.values()].some(({ accountId }) => accountId === id));
      return [...living(), ...empty];
    },
    stop: async () => {
      await faults.stop();
      await provider.close();
    },
  };
};

describeIssued('OpenAI', {
  create: { path: '/service_accounts', method: 'POST' },
  end: { path: '/service_accounts/', method: 'DELETE' },
  points: [
    ['announced, the project not listed yet', () => ({ path: '/service_accounts', method: 'GET' })],
    ['after the stage, in the test', () => ({ path: '/models', skip: 1 })],
    ['after the commit, watching for uses', (id) => ({ path: `/api_keys/${id}`, method: 'GET', skip: 1 })],
    ['in the revocation, after the old one was deleted', (id) => ({ path: `/api_keys/${id}`, method: 'DELETE' })],
  ],
  works: 'OpenAI takes the key',
  start,
});
