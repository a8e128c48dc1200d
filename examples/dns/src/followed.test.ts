import type { ResolvedCredential } from '@keyturn/contracts/api';
import type { Derived, Keyturn, Recipe } from '@keyturn/sdk';
import { silentLogger } from '@keyturn/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followResolved, NoCredential } from './followed.ts';
import type { Resolve } from './resolve.ts';

const recipe: Recipe<string> = { build: ({ token }) => `built from ${token}`, probe: async () => undefined, drain: async () => undefined };
const base = { credential_type: 'cloudflare_api_token' as const, fields: { token: 'of-the-environment' } };
const OF_ENVIRONMENT: ResolvedCredential = {
  ...base,
  source: 'environment',
  credential_id: null,
  address: 'system.cloudflare.environment',
  version: null,
  generation: null,
};
const STORED: ResolvedCredential = {
  ...base,
  source: 'system',
  credential_id: '01997a3e-0000-7000-8000-000000000001',
  address: 'system.cloudflare.main',
  version: 4,
  generation: 4,
};

/** A Keyturn that has the one credential at version 4. */
const keyturn = (): Keyturn => {
  const derived: Derived<string> = Object.assign(() => 'built from the vault', {
    use: async <R>(work: (built: string, fields: Record<string, string>) => R | Promise<R>) => await work('built from the vault', {}),
    version: () => 4,
  });
  return { secret: async () => undefined, derived: async () => derived } as unknown as Keyturn;
};

let stop: AbortController;
beforeEach(() => (stop = new AbortController()));
afterEach(() => stop.abort());

/** What Keyturn resolves, one answer after another; the last one stays. */
const start = (answers: readonly (ResolvedCredential | null | Error)[]) => {
  let asked = 0;
  const resolve: Resolve = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const waiting = { signal: stop.signal, timeoutMs: 1_000 };
  const settings = {
    keyturn: keyturn(),
    resolve,
    service: 'cloudflare',
    credentialType: base.credential_type,
    recipe,
    everyMs: 1,
    waiting,
    log: silentLogger,
  };
  return followResolved(settings);
};
const built = async (value: string): Promise<string> => value;

describe('a credential that Keyturn resolves', () => {
  it('is its environment’s until the vault has one, and the vault’s from then on', async () => {
    const followed = await start([OF_ENVIRONMENT, OF_ENVIRONMENT, STORED]);
    expect([await followed.use(built), followed.version()]).toEqual(['built from of-the-environment', null]);
    await vi.waitFor(async () => expect(await followed.use(built)).toBe('built from the vault'));
    expect(followed.version()).toBe(4);
  });

  it('is none as long as there is none, and while Keyturn can’t be asked', async () => {
    const followed = await start([null, new Error('away'), STORED]);
    await expect(followed.use(built)).rejects.toThrow(NoCredential);
    await vi.waitFor(async () => expect(await followed.use(built)).toBe('built from the vault'));
  });
});
