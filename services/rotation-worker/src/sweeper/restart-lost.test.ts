import { describe, expect, it } from 'vitest';
import type { OpenEpoch } from '../ports/vault.ts';
import { AT_ONCE } from '../rounds/work-rounds.ts';
import { createRestarts } from './restart-lost.ts';

const open: OpenEpoch[] = Array.from({ length: 30 }, (_, number) => ({
  credentialId: `credential-${number}`,
  address: `system.postgres.n${number}`,
  epoch: 1,
}));

const world = (refused: ReadonlySet<string> = new Set()) => {
  const started: string[] = [];
  let underWay = 0;
  let most = 0;
  const start = async ({ credentialId }: { readonly credentialId: string }) => {
    started.push(credentialId);
    most = Math.max(most, (underWay += 1));
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    if (refused.has(credentialId)) throw new Error(`${credentialId} is refused`);
    return { runId: 'run' };
  };
  const restart = createRestarts({
    vault: { listOpenEpochs: () => Promise.resolve(open) },
    runs: { start, wake: () => Promise.resolve() },
  });
  return { restart, started, most: () => most };
};
const ALL = open.map(({ credentialId }) => credentialId);

describe('what is open', () => {
  it('is started all of it, a few at a time', async () => {
    const { restart, started, most } = world();
    await restart();
    expect(started).toEqual(ALL);
    expect(most()).toBe(AT_ONCE);
  });
  it('is started although much of it can’t be, and the sweep fails of the first', async () => {
    const { restart, started } = world(new Set(ALL.slice(3, 6 + AT_ONCE)));
    await expect(restart()).rejects.toThrow('credential-3 is refused');
    expect(started).toEqual(ALL);
  });
  it('is left for the next sweep where Temporal can’t be asked any more, which goes on behind it', async () => {
    const { restart, started } = world(new Set(ALL.slice(3)));
    await expect(restart()).rejects.toThrow('credential-3 is refused');
    expect(started).toEqual(ALL.slice(0, started.length));
    expect(started.length).toBeLessThan(ALL.length);
    const tried = started.length;
    await expect(restart()).rejects.toThrow('is refused');
    expect(started[tried]).toBe(ALL[tried]);
  });
});
