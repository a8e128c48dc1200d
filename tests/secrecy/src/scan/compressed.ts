import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { constants, createInflateRaw, createZstdDecompress, inflateRawSync } from 'node:zlib';

export type Format = 'gzip' | 'zlib' | 'zstd';

/** Something compressed begins at `offset`, by the look of its first bytes, and what it holds at `bodyAt`. */
export type Member = { readonly offset: number; readonly format: Format; readonly bodyAt: number };

const PARTIAL = { finishFlush: constants.Z_SYNC_FLUSH };
const DEFLATED = () => createInflateRaw(PARTIAL); // without header and checksum: damage at the end, or other bytes after it, do no harm
const OPENERS: Readonly<Record<Format, () => Transform>> = {
  gzip: DEFLATED,
  zlib: DEFLATED,
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
};

/** So many bytes of a member have to be seen to tell it from chance: a zlib stream has a header of two bytes only. */
export const TASTE_BYTES = 512;
const MOST_BYTES = 64 * 1024 * 1024;
const ZLIB_FLAGS = new Set([0x01, 0x5e, 0x9c, 0xda]);

/** The gzip members, zlib streams and zstd frames that begin in `bytes` between `from` and `until`. */
export const membersIn = (bytes: Uint8Array, from: number, until: number): Member[] => {
  const members: Member[] = [];
  for (let offset = from; offset < until; offset += 1) {
    const member = memberAt(bytes, offset);
    if (member !== null && (member.format === 'zstd' || inflates(bytes.subarray(member.bodyAt, offset + TASTE_BYTES)))) members.push(member);
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

const inflates = (sample: Uint8Array): boolean => {
  try {
    return inflateRawSync(sample, PARTIAL).length > 0;
  } catch {
    return false;
  }
};

/** What comes out of a slice in which the damage is gets lost, so slices are small. */
const SLICE_BYTES = 128;

/** Hands out what a member holds, as far as it can be opened: one that was cut off or damaged gives what stands before. */
export const openMember = async (format: Format, body: AsyncIterable<Uint8Array>, onPiece: (piece: Uint8Array) => void): Promise<void> => {
  const stream = OPENERS[format]();
  let given = 0;
  let isOver = false;
  const over = (): void => void (isOver = true);
  stream.on('data', (piece: Uint8Array) => {
    given += piece.length;
    onPiece(piece);
  });
  stream.once('end', over).on('error', over);
  for await (const slice of slices(body)) {
    await new Promise<void>((resolve) => void stream.write(slice, () => resolve()));
    if (isOver || given > MOST_BYTES) break;
  }
  if (!isOver) {
    stream.end();
    await once(stream, 'end').catch(over);
  }
  stream.destroy();
};

async function* slices(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES) yield piece.subarray(at, at + SLICE_BYTES);
  }
}
