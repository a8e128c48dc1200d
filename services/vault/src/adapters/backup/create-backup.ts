import type { Result, Sensitive } from '@keyturn/kernel';
import { type BackupRefusal, BackupUnfit } from '../../backup/backup-unfit.ts';
import type { BackupContent } from '../../backup/check-lines.ts';
import type { KekSource } from '../../config.ts';
import type { Kek } from '../aes-key-wrapper.ts';
import { readKeks } from '../open-key-wrapper.ts';
import { type Snapshot, withSnapshot } from '../postgres/backup-snapshot.ts';
import { type Lock, untilAborted, writeAgeFile } from './age-file.ts';
import { answering } from './answering.ts';

export type CreateBackup = {
  readonly path: string;
  readonly lock: Lock;
  readonly databaseUrl: Sensitive<string>;
  readonly kek: KekSource;
  readonly signal?: AbortSignal;
  /** The copy has begun, and this is the last event in it. */
  readonly onBegun?: (head: BackupContent['head']) => void;
  readonly onWritten?: (said: { readonly bytes: number; readonly lines: number }) => void;
};

export type CreatedBackup = BackupContent & { readonly bytes: number; readonly kekIds: readonly string[] };

/** Without header and trailer. */
export const linesIn = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Read after the snapshot was taken: a KEK is in its place before anything is wrapped under it. */
const neededKeks = async (source: KekSource, kekIds: readonly string[]): Promise<readonly Kek[]> => {
  const held = await readKeks(source);
  const missing = kekIds.filter((id) => !held.some((kek) => kek.id === id));
  if (missing.length > 0) {
    throw new BackupUnfit('backup-kek-missing', `keys in the database hang on ${missing.join(', ')}, which this host does not hold`);
  }
  return held.filter(({ id }) => kekIds.includes(id));
};

async function* linesOf({ header, lines }: Snapshot, keks: readonly Kek[], counts: Record<string, number>): AsyncGenerator<string> {
  const count = (kind: string): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  yield JSON.stringify(header);
  for (const { id, key } of keks) {
    count('kek');
    yield JSON.stringify({ kind: 'kek', id, key: Buffer.from(key.reveal()).toString('base64') });
  }
  for await (const { kind, text } of lines()) {
    count(kind);
    yield text;
  }
  yield JSON.stringify({ kind: 'trailer', counts, head: header.head });
}

/**
 * Writes everything that a restore needs, the KEKs included, into one encrypted file: as the database stood at one moment, while writes go
 * on. Memory doesn't grow with the log. The file is there whole, or not at all.
 */
export const createBackup = ({
  path,
  lock,
  databaseUrl,
  kek,
  signal,
  ...told
}: CreateBackup): Promise<Result<CreatedBackup, BackupRefusal>> =>
  answering(() =>
    withSnapshot(databaseUrl, async (snapshot) => {
      const counts: Record<string, number> = {};
      const keks = await neededKeks(kek, snapshot.kekIds);
      told.onBegun?.(snapshot.header.head);
      const lines = untilAborted(linesOf(snapshot, keks, counts), signal);
      const { bytes } = await writeAgeFile(path, lines, lock, (written) => told.onWritten?.({ bytes: written, lines: linesIn(counts) }));
      const { createdAt, incarnation, head } = snapshot.header;
      return { createdAt, incarnation, head, counts, bytes, kekIds: snapshot.kekIds };
    }),
  );
