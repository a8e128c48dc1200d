/** Finds many byte sequences at once; `overlap` bytes of one piece must stand before the next one, so that none is cut in two. */
export type Finder<T> = {
  readonly overlap: number;
  /** Calls with every match that ends after `from`. */
  find(bytes: Uint8Array, onMatch: (needle: T, offset: number) => void, from?: number): void;
};

export type Needle<T> = { readonly bytes: Uint8Array; readonly of: T };

/** Shorter ones are found by chance. */
const SHORTEST = 12;

type Bucket<T> = Needle<T>[];

/**
 * Wu and Manber's way: of a window as long as the shortest needle only the last two bytes are read. They tell how far the window may be
 * moved; only where they end some needle's own window is anything compared. So a gigabyte takes seconds, however many needles there are.
 */
export const finderOf = <T>(needles: readonly Needle<T>[]): Finder<T> => {
  const lengths = needles.map(({ bytes }) => bytes.length);
  const window = Math.min(...lengths);
  if (window < SHORTEST) throw new Error(`a secret of ${window} bytes can't be told from chance: ${SHORTEST} are needed`);
  const shifts = new Uint16Array(0x10000).fill(Math.min(window - 1, 0xffff));
  const buckets = new Map<number, Bucket<T>>();
  for (const needle of needles) {
    for (let at = 1; at < window; at += 1) {
      const pair = pairAt(needle.bytes, at);
      shifts[pair] = Math.min(shifts[pair] ?? 0, window - 1 - at);
    }
    const last = pairAt(needle.bytes, window - 1);
    buckets.set(last, [...(buckets.get(last) ?? []), needle]);
  }
  return {
    overlap: Math.max(...lengths) - 1,
    find: (bytes, onMatch, from = 0) => search({ shifts, buckets, window }, bytes, onMatch, from),
  };
};

/** Two neighbouring bytes, the second one at `at`, as a number. */
const pairAt = (bytes: Uint8Array, at: number): number => ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);

type Tables<T> = { readonly shifts: Uint16Array; readonly buckets: ReadonlyMap<number, Bucket<T>>; readonly window: number };

const search = <T>(
  { shifts, buckets, window }: Tables<T>,
  bytes: Uint8Array,
  onMatch: (needle: T, offset: number) => void,
  from: number,
): void => {
  for (let at = window - 1; at < bytes.length;) {
    const pair = pairAt(bytes, at);
    const shift = shifts[pair] ?? 0;
    if (shift > 0) {
      at += shift;
      continue;
    }
    const offset = at - window + 1;
    for (const { bytes: needle, of } of buckets.get(pair) ?? []) {
      if (offset + needle.length > from && startsAt(bytes, offset, needle)) onMatch(of, offset);
    }
    at += 1;
  }
};

const startsAt = (bytes: Uint8Array, offset: number, needle: Uint8Array): boolean => {
  if (offset + needle.length > bytes.length) return false;
  for (let index = 0; index < needle.length; index += 1) if (bytes[offset + index] !== needle[index]) return false;
  return true;
};
