import { describe, expect, it } from 'vitest';
import { createTurns } from './in-turn.ts';

describe('works of one name', () => {
  it('are done one after another, also behind one that failed; those of another name don’t wait', async () => {
    const inTurn = createTurns();
    const said: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = inTurn('a', async () => {
      await gate.promise;
      said.push('a1');
      throw new Error('a1 failed');
    });
    const second = inTurn('a', async () => void said.push('a2'));
    await inTurn('b', async () => void said.push('b'));
    expect(said).toEqual(['b']);
    gate.resolve();
    await expect(first).rejects.toThrow('a1 failed');
    await second;
    expect(said).toEqual(['b', 'a1', 'a2']);
  });
});
