import { recentMap } from '@keyturn/kernel';

/** Which further streams a stream's commands appended to lately, so that their heads are looked up together with its own. */
export type Companions = {
  of(streams: readonly string[]): string[];
  learn(seen: ReadonlyMap<string, ReadonlySet<string>>): void;
};

/** Only a guess that saves a round trip: what it doesn't know is looked up when it is needed. */
export const companions = (capacity: number): Companions => {
  const known = recentMap<string, ReadonlySet<string>>(capacity);
  return {
    of: (streams) => streams.flatMap((stream) => [...(known.get(stream) ?? [])]),
    learn: (seen) => {
      for (const [stream, others] of seen) known.set(stream, others);
    },
  };
};
