import type { TestVerdict } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { assistedRotation } from './assisted-rotation.ts';

/** A provider that answers these, one after another, and how often it was asked. */
const answering = (...verdicts: readonly TestVerdict[]) => {
  let asked = 0;
  const test = async () => ({ verdict: verdicts[asked++] ?? 'valid', sentence: 'As told.', elapsedMs: 1 }) as const;
  return { isDead: () => assistedRotation({ test }).isDead(new Sensitive({})), asked: () => asked };
};

describe('a value that a person removed', () => {
  it('is dead when the provider refused it twice', async () => {
    const { isDead, asked } = answering('invalid', 'invalid');
    expect([await isDead(), asked()]).toEqual([{ state: 'dead', sentence: 'As told.' }, 2]);
  });
  it('is alive as long as it is taken, also where it was refused once', async () => {
    expect(await answering('valid').isDead()).toMatchObject({ state: 'alive' });
    expect(await answering('invalid', 'valid').isDead()).toMatchObject({ state: 'alive' });
  });
  it.each(['forbidden', 'unreachable', 'rate-limited'] as const)('is not called dead for %s', async (verdict) => {
    expect(await answering(verdict).isDead()).toMatchObject({ state: 'unknown' });
    expect(await answering('invalid', verdict).isDead()).toMatchObject({ state: 'unknown' });
  });
});
