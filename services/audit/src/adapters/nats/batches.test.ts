import { describe, expect, it } from 'vitest';
import { batches } from './batches.ts';

/** Two turns of the event loop: longer than anything that is ready takes. */
const later = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(() => resolve())));

async function* numbers(pauseBefore: number): AsyncGenerator<number, void, undefined> {
  for (let number = 1; number <= 5; number += 1) {
    if (number === pauseBefore) await later();
    yield number;
  }
}

const all = async (items: AsyncIterable<number>, largest: number): Promise<number[][]> => {
  const found: number[][] = [];
  for await (const batch of batches(items, largest)) found.push(batch);
  return found;
};

describe('batches', () => {
  it('groups what is ready', async () => {
    expect(await all(numbers(0), 10)).toEqual([[1, 2, 3, 4, 5]]);
  });
  it('does not wait for what is not', async () => {
    expect(await all(numbers(3), 10)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });
  it('makes none larger than asked', async () => {
    expect(await all(numbers(0), 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});
