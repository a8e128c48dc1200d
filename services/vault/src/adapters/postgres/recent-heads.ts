import type { StreamHead } from '../../log/plan-batch.ts';

/** Where streams stood when this process last heard of them, the longest unheard of dropped first. */
export type RecentHeads = {
  readonly get: (stream: string) => StreamHead | undefined;
  readonly has: (stream: string) => boolean;
  readonly set: (stream: string, head: StreamHead) => void;
  readonly clear: () => void;
};

export const recentHeads = (capacity: number): RecentHeads => {
  const heads = new Map<string, StreamHead>();
  return {
    get: (stream) => heads.get(stream),
    has: (stream) => heads.has(stream),
    set: (stream, head) => {
      heads.delete(stream);
      heads.set(stream, head);
      const oldest = heads.keys().next();
      if (heads.size > capacity && !oldest.done) heads.delete(oldest.value);
    },
    clear: () => heads.clear(),
  };
};
