import { ok, refuse, Sensitive, systemClock } from '@keyturn/kernel';
import type { IssuedValues } from '@keyturn/providers';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryVault } from '../adapters/memory/memory-vault.ts';
import type { Execution } from '../ports/execution.ts';
import { createActivities } from './index.ts';

const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const NEW = { credentialId, epoch: 1, version: 2 };
const old = { username: 'orders', password: 'old-Canary' };
const alive = { verdict: 'valid', sentence: 'It works.', elapsedMs: 1 } as const;

/** A provider that issues, with what it was asked, in order. */
const aProvider = () => {
  const living = new Set<string>();
  const asked: string[] = [];
  let made = 0;
  const provider: IssuedValues = {
    strategy: 'issued',
    inspectIssuer: async () => ok({ lacks: [] }),
    announce: async () => ok({ current: 'tokens/old', candidate: 'tokens?name=handle' }),
    issue: async ({ kept }) => {
      const keeping = await kept();
      if (keeping === null) return ok(null);
      asked.push(`issue, keeping ${keeping.join()}`);
      const providerId = `tokens/${(made += 1)}`;
      living.add(providerId);
      return ok({ publicFields: {}, secret: new Sensitive({ password: `issued-Canary-${made}` }), providerId });
    },
    identify: async () => ok('tokens/old'),
    test: async () => alive,
    isDead: async () => ({ state: 'dead', sentence: 'It was refused twice.' }),
    sampleUse: async () => ok({ sampledAt: systemClock.now().toISOString(), sessions: 0, applications: [], addresses: [] }),
    denyUse: async () => ok(undefined),
    erase: async ({ providerId }) => {
      asked.push(`erase ${providerId}`);
      living.delete(providerId);
      return ok(undefined);
    },
  };
  return { provider, living, asked };
};

const aWorker = () => {
  const memory = memoryVault({ credentialId, address: 'system.cloudflare.dns', issuer: old, old, clock: systemClock });
  const vault: typeof memory = {
    ...memory,
    nextStep: async (epoch) => {
      const next = await memory.nextStep(epoch);
      return next.ok ? ok({ ...next.value, strategy: 'issued' }) : next;
    },
  };
  const at = aProvider();
  let attempt = 1;
  let slept = 0;
  const execution = (): Execution => ({
    id: 'run/1',
    attempt,
    remembered: undefined,
    beat: () => undefined,
    sleep: () => ((slept += 1), Promise.resolve()),
  });
  const workerOf = (its: typeof vault) =>
    createActivities({ vault: its, adapters: {}, providers: { database_password: at.provider }, log: silentLogger, execution });
  return { ...at, vault, workerOf, activities: workerOf(vault), slept: () => slept, retry: () => void (attempt += 1) };
};

describe('stageCandidate of what a provider issues', () => {
  it('announces it before it is created, and keeps what the vault keeps', async () => {
    const { activities, vault, asked } = aWorker();
    await activities.stageCandidate(NEW);
    expect(vault.reports).toEqual(['epoch.announce-candidate', 'epoch.stage-candidate']);
    expect(asked).toEqual(['issue, keeping tokens/old']);
    expect(vault.candidatePassword()).toBe('issued-Canary-1');
  });

  it('creates nothing where the announcement could not be recorded', async () => {
    const { vault, workerOf, living } = aWorker();
    const away = workerOf({ ...vault, report: () => Promise.reject(new Error('the vault does not answer')) });
    await expect(away.stageCandidate(NEW)).rejects.toMatchObject({ type: 'fault', nonRetryable: false });
    expect(living.size).toBe(0);
  });

  it('removes what it created where another worker was first', async () => {
    const { vault, workerOf, activities, living, asked } = aWorker();
    const late: typeof vault = {
      ...vault,
      report: async (name, data, options) => {
        if (name === 'epoch.stage-candidate') await activities.stageCandidate(NEW);
        return vault.report(name, data, { ...options, commandId: `late ${options.commandId}` });
      },
    };
    await workerOf(late).stageCandidate(NEW);
    expect(asked.at(-1)).toBe('erase tokens/1');
    expect([...living]).toEqual(['tokens/2']);
    expect(vault.candidatePassword()).toBe('issued-Canary-2');
  });

  it('is fenced by the try after it, which may remove what it created: it stages nothing, and issues nothing more', async () => {
    const { vault, provider, activities, living, retry } = aWorker();
    const { issue } = provider;
    // The first try creates, and stalls until the second one has announced, and asked what to keep.
    const [created, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    provider.issue = async (input) => {
      const made = await issue(input);
      created.resolve();
      await released.promise;
      return made;
    };
    const first = activities.stageCandidate(NEW);
    await created.promise;
    provider.issue = async (input) => {
      const kept = await input.kept();
      released.resolve();
      await first;
      expect(kept).toEqual(['tokens/old']);
      expect(vault.reports).not.toContain('epoch.stage-candidate');
      return await issue(input);
    };
    retry();
    await activities.stageCandidate(NEW);
    expect([...living]).toEqual(['tokens/2']);
    expect(vault.candidatePassword()).toBe('issued-Canary-2');
  });

  it('removes it, and says why, where the vault refuses it for another reason', async () => {
    const { vault, workerOf, living } = aWorker();
    const refusing: typeof vault = {
      ...vault,
      report: async (name, data, options) =>
        name === 'epoch.stage-candidate' ? refuse({ code: 'fields-invalid', issues: ['token'] }) : vault.report(name, data, options),
    };
    await expect(workerOf(refusing).stageCandidate(NEW)).rejects.toMatchObject({ type: 'fields-invalid', nonRetryable: true });
    expect(living.size).toBe(0);
  });
});

describe('testCandidate of what a provider issues', () => {
  it('has patience with a value that is not known everywhere yet', async () => {
    const { activities, vault, provider, slept } = aWorker();
    await activities.stageCandidate(NEW);
    await vault.report('epoch.record-applied', NEW, { commandId: 'applied' });
    let tests = 0;
    provider.test = async () => ((tests += 1) < 3 ? { ...alive, verdict: 'invalid', sentence: 'Unknown.' } : alive);
    await activities.testCandidate(NEW);
    expect([tests, slept()]).toEqual([3, 2]);
    expect(vault.reports.at(-1)).toBe('epoch.record-tested');
  });
});
