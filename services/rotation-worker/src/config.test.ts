import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const env = { NATS_URL: 'nats://localhost:4222', NATS_CREDS_FILE: '/run/worker.creds', TEMPORAL_ADDRESS: 'localhost:7233' };

describe('loadConfig', () => {
  it('fills in what may be left out', () =>
    expect(loadConfig(env)).toMatchObject({ taskQueue: 'rotation', sweepEveryMs: 10_000, temporal: { namespace: 'default' } }));
  it('lets tests at providers reach what EGRESS_ALLOW names besides public addresses, and nothing else', () => {
    const { egress } = loadConfig({ ...env, EGRESS_ALLOW: '10.0.0.0/8, 127.0.0.1:4010' });
    expect([egress.refusalOf('10.1.2.3', 443), egress.refusalOf('127.0.0.1', 4010), egress.refusalOf('127.0.0.1', 4011)]).toEqual([
      null,
      null,
      'loopback',
    ]);
    expect(loadConfig(env).egress.refusalOf('10.1.2.3', 443)).toBe('private');
    expect(() => loadConfig({ ...env, EGRESS_ALLOW: 'db.internal' })).toThrow(/EGRESS_ALLOW/u);
  });
  it('lets logins to databases reach what DATABASE_EGRESS_ALLOW names, which opens nothing else', () => {
    const { egress, databaseEgress } = loadConfig({ ...env, DATABASE_EGRESS_ALLOW: '10.0.0.0/8' });
    expect([databaseEgress.refusalOf('10.1.2.3', 5432), egress.refusalOf('10.1.2.3', 5432)]).toEqual([null, 'private']);
    expect(loadConfig({ ...env, EGRESS_ALLOW: '10.0.0.0/8' }).databaseEgress.refusalOf('10.1.2.3', 5432)).toBe('private');
    expect(() => loadConfig({ ...env, DATABASE_EGRESS_ALLOW: 'db.internal' })).toThrow(/DATABASE_EGRESS_ALLOW/u);
  });
  it('asks a provider elsewhere where PROVIDER_URLS says so', () => {
    expect(loadConfig({ ...env, PROVIDER_URLS: 'stripe=https://gateway.internal/v1?a=b' }).providerUrls).toEqual({
      stripe: 'https://gateway.internal/v1?a=b',
    });
    for (const wrong of ['stripe', 'bank=https://x.example', 'stripe=ftp://x.example'])
      expect(() => loadConfig({ ...env, PROVIDER_URLS: wrong })).toThrow(/PROVIDER_URLS/u);
  });
  it('takes for a runbook only what a browser opens', () => {
    expect(loadConfig({ ...env, RUNBOOK_URL: 'https://wiki.example/operations' }).runbookUrl).toBe('https://wiki.example/operations');
    expect(loadConfig(env).runbookUrl).toBeUndefined();
    expect(() => loadConfig({ ...env, RUNBOOK_URL: 'javascript:alert(1)' })).toThrow(/RUNBOOK_URL/u);
  });
  it('names what is malformed and not its value', () => {
    const load = () => loadConfig({ ...env, TEMPORAL_ADDRESS: 'hunter2', NATS_CREDS_FILE: undefined });
    expect(load).toThrow(/NATS_CREDS_FILE.*TEMPORAL_ADDRESS/u);
    expect(load).not.toThrow(/hunter2/u);
  });
});
