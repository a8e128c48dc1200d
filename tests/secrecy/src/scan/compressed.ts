import { constants, inflateRawSync, zstdDecompressSync } from 'node:zlib';

export type Format = 'gzip' | 'zlib' | 'zstd';

/** Something compressed begins at `offset`, by the look of its first bytes, and what it holds at `bodyAt`. */
export type Member = { readonly offset: number; readonly format: Format; readonly bodyAt: number };

const MOST_BYTES = 64 * 1024 * 1024;

// Without header and checksum: a member that was cut off, or that other bytes follow, opens as well.
const inflate = (body: Uint8Array): Uint8Array =>
  inflateRawSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES });
const DECOMPRESS: Readonly<Record<Format, (body: Uint8Array) => Uint8Array>> = {
  gzip: inflate,
  zlib: inflate,
  zstd: (body) => zstdDecompressSync(body, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: MOST_BYTES }),
};

/** So many bytes of a member have to be seen to tell it from chance: a zlib stream has a header of two bytes only. */
export const TASTE_BYTES = 512;
const ZLIB_FLAGS = new Set([0x01, 0x5e, 0x9c, 0xda]);

/** The gzip members, zlib streams and zstd frames that begin in `bytes` between `from` and `until`. */
export const membersIn = (bytes: Uint8Array, from: number, until: number): Member[] => {
  const members: Member[] = [];
  for (let offset = from; offset < until; offset += 1) {
    const member = memberAt(bytes, offset);
    if (member !== null && (member.format === 'zstd' || inflates(bytes.subarray(member.bodyAt, offset + TASTE_BYTES))))
      members.push(member);
  }
  return members;
};

const memberAt = (bytes: Uint8Array, offset: number): Member | null => {
  const [second, third] = [bytes[offset + 1] ?? 0, bytes[offset + 2]];
  switch (bytes[offset]) {
    case 0x78:
      return ZLIB_FLAGS.has(second) ? { offset, format: 'zlib', bodyAt: offset + 2 } : null;
    case 0x1f:
      return second === 0x8b && third === 0x08 ? { offset, format: 'gzip', bodyAt: afterGzipHeader(bytes, offset) } : null;
    case 0x28:
      return second === 0xb5 && third === 0x2f && bytes[offset + 3] === 0xfd ? { offset, format: 'zstd', bodyAt: offset } : null;
    default:
      return null;
  }
};

const GZIP_HEADER_BYTES = 10;
const FLAG = { checksum: 2, extra: 4, name: 8, comment: 16 } as const;

const afterGzipHeader = (bytes: Uint8Array, offset: number): number => {
  const flags = bytes[offset + 3] ?? 0;
  let at = offset + GZIP_HEADER_BYTES;
  if (flags & FLAG.extra) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [FLAG.name, FLAG.comment]) if (flags & flag) at = bytes.indexOf(0, at) + 1 || bytes.length;
  return flags & FLAG.checksum ? at + 2 : at;
};

const inflates = (sample: Uint8Array): boolean => (tryOpen('zlib', sample)?.length ?? 0) > 0;

const tryOpen = (format: Format, body: Uint8Array): Uint8Array | null => {
  try {
    return DECOMPRESS[format](body);
  } catch {
    return null;
  }
};

/** What a member holds, as far as it can be opened: one that is damaged gives what stands before the damage. */
export const openMember = (format: Format, body: Uint8Array): Uint8Array => tryOpen(format, body) ?? openUntilDamage(format, body);

/** A beginning opens as long as the damage is not in it, so the longest one is found by halving. */
const openUntilDamage = (format: Format, body: Uint8Array): Uint8Array => {
  let [good, bad] = [0, body.length];
  let opened: Uint8Array = new Uint8Array();
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const tried = tryOpen(format, body.subarray(0, middle));
    if (tried === null) bad = middle;
    else [good, opened] = [middle, tried];
  }
  return opened;
};
