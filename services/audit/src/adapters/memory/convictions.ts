import type { Conviction, Convictions } from '../../ports/convictions.ts';

/** Convictions in memory, for tests. */
export const memoryConvictions = (found: readonly Conviction[] = []): Convictions => {
  const known = new Map(found.map((each) => [each.sentence, each]));
  return {
    record: async (conviction) => {
      if (!known.has(conviction.sentence)) known.set(conviction.sentence, conviction);
    },
    unsettled: async () => [...known.values()].toSorted((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity)),
  };
};
