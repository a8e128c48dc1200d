import type { Recorded } from '@keyturn/contracts/events';
import type { Sensitive } from '@keyturn/kernel';
import { hashSealed } from '../log/hash-event.ts';
import { CHAIN_START, type ChainHead, walkChain } from '../log/verify-chain.ts';
import { KeyUnreadable, type WrapContext, type WrappedKey } from '../ports/key-wrapper.ts';
import { IDENTITY_CONTEXT, sealingKeyContext } from '../ports/own-key-contexts.ts';
import { type BackupLine, type EventLine, type Header, type LineOf, parseLine, recordedOf, SECTIONS } from './backup-line.ts';
import { BackupUnfit } from './backup-unfit.ts';
import { type LiveVersions, liveVersions } from './live-versions.ts';

/** Opens wrapped keys with the KEKs that the backup carries. */
export type BackupKeks = {
  hold(kek: LineOf<'kek'>): Promise<void>;
  unwrap(wrapped: WrappedKey, context: WrapContext): Promise<Sensitive<Uint8Array>>;
};

/** A line that was found right, with the key that it wraps: whoever takes it zeroes that. */
export type CheckedLine =
  | Exclude<BackupLine, LineOf<'identity' | 'sealing-key' | 'dek' | 'kek'>>
  | (LineOf<'identity' | 'sealing-key' | 'dek'> & { readonly key: Sensitive<Uint8Array> });

/** What a backup holds. */
export type BackupContent = {
  readonly createdAt: string;
  readonly incarnation: number;
  readonly head: ChainHead;
  readonly counts: Readonly<Record<string, number>>;
};

type Wrapping = LineOf<'identity' | 'sealing-key' | 'dek'>;
const contextOf = (line: Wrapping): WrapContext => {
  if (line.kind === 'identity') return IDENTITY_CONTEXT;
  return line.kind === 'sealing-key' ? sealingKeyContext(line.keyId) : { credentialId: line.credentialId, version: line.version };
};

const nameOf = (line: Wrapping): string => {
  if (line.kind === 'identity') return 'the vault’s identity';
  return line.kind === 'sealing-key' ? `sealing key ${line.keyId}` : `the data key of version ${line.version} of ${line.credentialId}`;
};

const unwrapped = async (keks: BackupKeks, line: Wrapping): Promise<Sensitive<Uint8Array>> => {
  try {
    return await keks.unwrap(line, contextOf(line));
  } catch (cause) {
    if (!(cause instanceof KeyUnreadable)) throw cause;
    throw new BackupUnfit('backup-key-unreadable', `${nameOf(line)} does not unwrap: ${cause.message}`, { cause });
  }
};

const parsedEvent = (line: EventLine): Recorded => {
  try {
    return recordedOf(line);
  } catch {
    throw new BackupUnfit('backup-damaged', `event ${line.position} of the backup is not what it should be`);
  }
};

/** Follows the chain and what is live. */
const eventCheck = (live: LiveVersions) => {
  const walk = walkChain();
  let head = CHAIN_START;
  return {
    head: () => head,
    take: (line: EventLine): void => {
      const event = parsedEvent(line);
      const walked = walk(event, line);
      if (!walked.ok) {
        throw new BackupUnfit('backup-chain-broken', `the hash chain is broken at position ${walked.position} (${walked.broken})`);
      }
      if ((line.sealed && hashSealed(line.sealed)) !== line.sealedHash) {
        throw new BackupUnfit('backup-chain-broken', `the ciphertext at position ${line.position} is not the one that was recorded`);
      }
      head = walked.head;
      live.take(event);
    },
  };
};

/** Counts the lines, and sees that they stand in order. */
const sectionCheck = () => {
  const counts: Record<string, number> = {};
  let section = -1;
  return {
    counts,
    isComplete: () => section === SECTIONS.length - 1,
    take: ({ kind }: BackupLine): void => {
      const at = SECTIONS.indexOf(kind);
      const isOnce = kind === 'header' || kind === 'identity' || kind === 'trailer';
      if (at < section || (isOnce && at === section) || (section === -1 && kind !== 'header')) {
        throw new BackupUnfit('backup-damaged', 'the parts of the backup are not in their order');
      }
      section = at;
      if (kind !== 'header' && kind !== 'trailer') counts[kind] = (counts[kind] ?? 0) + 1;
    },
  };
};

const sameHead = (a: ChainHead, b: ChainHead): boolean => a.position === b.position && a.hash === b.hash;
const sameCounts = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean =>
  Object.keys({ ...a, ...b }).every((kind) => (a[kind] ?? 0) === (b[kind] ?? 0));

const refuseIncomplete = (header: Header, trailer: LineOf<'trailer'>, head: ChainHead, counts: Readonly<Record<string, number>>): void => {
  if (sameHead(header.head, head) && sameHead(trailer.head, head) && sameCounts(trailer.counts, counts)) return;
  throw new BackupUnfit('backup-damaged', 'the backup does not hold what its trailer says');
};

const refuseMissingDeks = (live: LiveVersions): void => {
  const missing = live.missing(20);
  if (missing.length > 0)
    throw new BackupUnfit('backup-dek-missing', `these versions have no data key in the backup: ${missing.join(', ')}`);
};

/**
 * Reads the lines of a backup and yields each once it was checked: format and order, the hash chain, the ciphertexts, that every wrapped key
 * opens, and, by the trailer, that nothing is missing. Throws `BackupUnfit` at the first fault, so whatever was done until then must be
 * undone. Returns what the backup holds.
 */
export async function* checkLines(lines: AsyncIterable<string>, keks: BackupKeks): AsyncGenerator<CheckedLine, BackupContent> {
  const live = liveVersions();
  const events = eventCheck(live);
  const sections = sectionCheck();
  let header: Header | null = null;
  let number = 0;
  for await (const text of lines) {
    const line = parseLine(text, (number += 1));
    sections.take(line);
    if (line.kind === 'kek') {
      await keks.hold(line);
      continue;
    }
    if (line.kind === 'identity' || line.kind === 'sealing-key' || line.kind === 'dek') {
      const key = await unwrapped(keks, line);
      if (line.kind === 'dek') live.found(line.credentialId, line.version);
      yield { ...line, key };
      continue;
    }
    if (line.kind === 'header') header = line;
    if (line.kind === 'event') events.take(line);
    if (line.kind === 'trailer' && header) {
      refuseIncomplete(header, line, events.head(), sections.counts);
      refuseMissingDeks(live);
    }
    yield line;
  }
  if (!header || !sections.isComplete()) throw new BackupUnfit('backup-damaged', 'the backup ends before its trailer');
  return { createdAt: header.createdAt, incarnation: header.incarnation, head: events.head(), counts: sections.counts };
}
