import { randomBytes, randomUUID } from 'node:crypto';
import { cloudflareIdOf, type CloudflareToken, startCloudflare } from '@keyturn/provider-simulators';
import { startFaultStack } from '../src/fault-stack.ts';
import { describeIssued } from '../src/issued/describe-issued.ts';
import type { IssuingLab } from '../src/issued/issued-run.ts';

const newToken = (): string => randomBytes(20).toString('hex');
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];

const start = async (): Promise<IssuingLab> => {
  const by = newToken();
  const account = new Map<string, CloudflareToken>([[by, { status: 'active', zones: [], mayManageTokens: true }]]);
  const living = (): string[] => [...account.keys()].filter((token) => token !== by);
  const provider = await startCloudflare(account);
  const faults = await startFaultStack({ workerSettings: { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000' } });
  const tokenOf = (name: string, token: string) => ({
    address: `system.cloudflare.${name}`,
    credentialType: 'cloudflare_api_token' as const,
    publicFields: { apiBaseUrl: provider.url },
    secretFields: { token },
  });
  return {
    faults,
    provider,
    issuer: tokenOf('issuer', by),
    begin: async () => {
      for (const token of living()) account.delete(token);
      const value = newToken();
      account.set(value, { status: 'active', zones: ['a.example'], policies: POLICIES });
      return { value, id: cloudflareIdOf(value), registration: tokenOf(`dns-${randomUUID().slice(0, 8)}`, value) };
    },
    living: async () => living(),
    stop: async () => {
      await faults.stop();
      await provider.close();
    },
  };
};

describeIssued('Cloudflare', {
  create: { path: '/user/tokens', method: 'POST' },
  end: { path: '/user/tokens/', method: 'DELETE' },
  points: [
    ['after the stage, in the test', () => ({ path: '/zones' })],
    ['after the commit, watching for uses', (id) => ({ path: `/user/tokens/${id}`, method: 'GET', skip: 1 })],
    ['in the revocation, after the old one was disabled', (id) => ({ path: `/user/tokens/${id}`, method: 'PUT' })],
    ['in the revocation, after the old one was deleted', (id) => ({ path: `/user/tokens/${id}`, method: 'DELETE' })],
  ],
  works: 'Cloudflare takes the token',
  start,
});
