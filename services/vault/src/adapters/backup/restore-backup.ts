import { stat } from 'node:fs/promises';
import type { Result, Sensitive } from '@keyturn/kernel';
import type { EventLine, LineOf } from '../../backup/backup-line.ts';
import { type BackupRefusal, BackupUnfit } from '../../backup/backup-unfit.ts';
import { type BackupContent, type CheckedLine, checkLines } from '../../backup/check-lines.ts';
import { restoredEvents } from '../../backup/restored-events.ts';
import type { KekSource } from '../../config.ts';
import { streamOf } from '../../folds.ts';
import type { KeyWrapper, WrapContext, WrappedKey } from '../../ports/key-wrapper.ts';
import { IDENTITY_CONTEXT, sealingKeyContext } from '../../ports/own-key-contexts.ts';
import { openKeyWrapper, refuseUnmakeableKek, refuseUnusableKeks } from '../open-key-wrapper.ts';
import { prepareDatabase } from '../postgres/prepare-database.ts';
import { refuseFilledTarget, restoreInto, type RestoreTarget } from '../postgres/restore-target.ts';
import { readAgeFile, type Unlock, untilAborted } from './age-file.ts';
import { answering } from './answering.ts';
import { backupKeks } from './backup-keks.ts';
import { readThrough } from './verify-backup.ts';

export type RestoreBackup = {
  readonly path: string;
  readonly unlock: Unlock;
  /** Owns the database: it migrates it, and writes what the service's role may not. */
  readonly ownerUrl: Sensitive<string>;
  readonly serviceUrl: Sensitive<string>;
  /** The new vault's KEK: made where its file is missing. */
  readonly kek: KekSource;
  readonly by: string;
  readonly reason: string;
  /** The backup's and one, if not said: must be higher than any that ever was. */
  readonly incarnation: number | undefined;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
};

export type RestoredBackup = {
  readonly backup: BackupContent;
  readonly incarnation: number;
  readonly head: { readonly position: number; readonly hash: string };
  readonly credentials: number;
  readonly dataKeys: number;
  readonly kekId: string;
};

/** Rows written at once: with the largest values still only some megabytes. */
const BATCH = 200;

/** Wraps what the backup's KEKs opened, under the new one. */
const rewrapping = (wrapper: KeyWrapper, kekId: string) => {
  let wraps = 0;
  return {
    wraps: () => wraps,
    wrap: async (key: Sensitive<Uint8Array>, context: WrapContext): Promise<WrappedKey> => {
      wraps += 1;
      try {
        return await wrapper.wrap(kekId, key, context);
      } finally {
        key.reveal().fill(0);
      }
    },
  };
};
type Rewrapping = ReturnType<typeof rewrapping>;

/** Gathers lines of one kind, and writes them together. */
const batches = (target: RestoreTarget) => {
  let events: EventLine[] = [];
  let deks: Parameters<RestoreTarget['insertDeks']>[0][number][] = [];
  let rows: LineOf<'row'>[] = [];
  const flush = async (): Promise<void> => {
    await target.insertEvents(events);
    if (deks.length > 0) await target.insertDeks(deks);
    const [first] = rows;
    if (first) {
      await target.copyRows(
        first.table,
        rows.map(({ row }) => row),
      );
    }
    [events, deks, rows] = [[], [], []];
  };
  const whenFull = (size: number): Promise<void> => (size < BATCH ? Promise.resolve() : flush());
  return {
    flush,
    event: (event: EventLine) => whenFull(events.push(event)),
    dek: (dek: (typeof deks)[number]) => whenFull(deks.push(dek)),
    row: async (row: LineOf<'row'>): Promise<void> => {
      if (rows[0] && rows[0].table !== row.table) await flush();
      await whenFull(rows.push(row));
    },
  };
};

const takeLine = async (line: CheckedLine, target: RestoreTarget, batch: ReturnType<typeof batches>, keys: Rewrapping): Promise<void> => {
  switch (line.kind) {
    case 'identity':
      return target.insertIdentity({ ...line, ...(await keys.wrap(line.key, IDENTITY_CONTEXT)) });
    case 'sealing-key':
      return target.insertSealingKey({ ...line, ...(await keys.wrap(line.key, sealingKeyContext(line.keyId))) });
    case 'dek': {
      const { credentialId, version } = line;
      return batch.dek({ kind: 'dek', credentialId, version, ...(await keys.wrap(line.key, { credentialId, version })) });
    }
    case 'event':
      return batch.event(line);
    case 'row':
      return batch.row(line);
    case 'header':
    case 'trailer':
      return;
  }
};

const openIncarnation = async (target: RestoreTarget, backup: BackupContent, { incarnation, ...given }: RestoreBackup) => {
  const opened = incarnation ?? backup.incarnation + 1;
  const [ring, log] = [await target.streamEvents(streamOf.keyRing), await target.streamEvents(streamOf.log)];
  const backups = await target.streamEvents(streamOf.backups);
  const { head, createdAt: backedUpAt } = backup;
  const { by, reason, newId } = given;
  const logVersion = log.at(-1)?.version ?? 0;
  const said = {
    head,
    backedUpAt,
    by,
    reason,
    incarnation: opened,
    commandId: newId(),
    now: await target.now(),
    ring,
    backups,
    logVersion,
  };
  const events = restoredEvents(said);
  await target.insertEvents(events);
  await target.openIncarnation(opened);
  const { position, hash } = events.at(-1) ?? head;
  return { incarnation: opened, head: { position, hash } };
};

const refuseLowIncarnation = (line: CheckedLine, incarnation: number | undefined): void => {
  if (line.kind !== 'header' || incarnation === undefined || incarnation > line.incarnation) return;
  const sentence = `the backup is of incarnation ${line.incarnation}: the new one must be higher than any that ever was`;
  throw new BackupUnfit('restore-incarnation-too-low', sentence);
};

type Checked = ReturnType<typeof checkLines>;

const fill = async (target: RestoreTarget, checked: Checked, given: RestoreBackup): Promise<RestoredBackup> => {
  const wrapper = await openKeyWrapper(given.kek, { create: true });
  const [kekId = ''] = wrapper.held();
  const keys = rewrapping(wrapper, kekId);
  const batch = batches(target);
  let next = await checked.next();
  for (; next.done !== true; next = await checked.next()) {
    refuseLowIncarnation(next.value, given.incarnation);
    await takeLine(next.value, target, batch, keys);
  }
  const backup = next.value;
  await batch.flush();
  await target.countWraps(kekId, keys.wraps());
  const opened = await openIncarnation(target, backup, given);
  const { credentials, missingDeks } = await target.rebuild();
  if (missingDeks > 0) throw new BackupUnfit('backup-dek-missing', `${missingDeks} versions have no data key in the backup`);
  return { backup, ...opened, credentials, dataKeys: backup.counts['dek'] ?? 0, kekId };
};

/** A pipe would be empty when it is read again. */
const refuseUnlessFile = async (path: string): Promise<void> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw new BackupUnfit('backup-unreadable', `the backup ${path} can’t be read`, { cause });
  });
  if (!found.isFile()) throw new BackupUnfit('backup-unreadable', `the backup ${path} is no regular file, and a restore reads it twice`);
};

/**
 * Restores a backup into an empty database, which it migrates, and opens a new incarnation of the log. The target is looked at and the file
 * read to its end before anything is touched: what is refused has changed nothing, no schema, no role and no KEK file. Then all of it is
 * checked once more as it streams in, and written in one transaction. All keys are wrapped anew under the new vault's KEK, so the old one is
 * not needed. No vault may run on the database meanwhile. Where the database fails in the middle it is migrated and holds nothing; a KEK
 * file that was made stays, and nothing hangs on it.
 */
export const restoreBackup = (given: RestoreBackup): Promise<Result<RestoredBackup, BackupRefusal>> =>
  answering(async () => {
    await refuseUnlessFile(given.path);
    await refuseUnusableKeks(given.kek);
    await refuseUnmakeableKek(given.kek);
    await refuseFilledTarget(given.ownerUrl);
    await readThrough(given, (line) => refuseLowIncarnation(line, given.incarnation));
    await prepareDatabase(given.ownerUrl, given.serviceUrl);
    const checked = checkLines(untilAborted(readAgeFile(given.path, given.unlock), given.signal), await backupKeks());
    try {
      return await restoreInto(given.ownerUrl, (target) => fill(target, checked, given));
    } finally {
      await checked.return({ createdAt: '', incarnation: 0, head: { position: 0, hash: '' }, counts: {} });
    }
  });
