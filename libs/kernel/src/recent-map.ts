/** A map that holds so many entries at most: whatever was set longest ago goes first. */
export type RecentMap<Key, Value> = {
  readonly get: (key: Key) => Value | undefined;
  readonly has: (key: Key) => boolean;
  /** Makes the entry the newest one, also where it was there before. */
  readonly set: (key: Key, value: Value) => void;
  readonly delete: (key: Key) => void;
  readonly clear: () => void;
};

/** Keeps what was set last; to keep what was used last, whoever gets an entry sets it again. */
export const recentMap = <Key, Value>(capacity: number): RecentMap<Key, Value> => {
  const entries = new Map<Key, Value>(); // keeps the order of insertion
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= capacity) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
};
