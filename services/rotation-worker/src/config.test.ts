import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const env = { NATS_URL: 'nats://localhost:4222', NATS_CREDS_FILE: '/run/worker.creds', TEMPORAL_ADDRESS: 'localhost:7233' };

describe('loadConfig', () => {
  it('fills in what may be left out', () =>
    expect(loadConfig(env)).toMatchObject({ taskQueue: 'rotation', sweepEveryMs: 10_000, temporal: { namespace: 'default' } }));
  it('names what is malformed and not its value', () => {
    const load = () => loadConfig({ ...env, TEMPORAL_ADDRESS: 'hunter2', NATS_CREDS_FILE: undefined });
    expect(load).toThrow(/NATS_CREDS_FILE.*TEMPORAL_ADDRESS/u);
    expect(load).not.toThrow(/hunter2/u);
  });
});
