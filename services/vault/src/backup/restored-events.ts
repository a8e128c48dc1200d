import type { DomainEvent, EventMeta, Recorded } from '@keyturn/contracts/events';
import { openBackup } from '../backups/state.ts';
import { backupsFold, keyRingFold, streamOf } from '../folds.ts';
import { openRun } from '../key-ring/state.ts';
import { canonicalText, hashEvent } from '../log/hash-event.ts';
import type { ChainHead } from '../log/verify-chain.ts';
import type { EventLine } from './backup-line.ts';

export type Restoring = {
  readonly head: ChainHead;
  readonly incarnation: number;
  readonly backedUpAt: string;
  readonly reason: string;
  /** Who restores it. */
  readonly by: string;
  readonly commandId: string;
  readonly now: string;
  /** The key ring's events, in order. */
  readonly ring: readonly Recorded[];
  /** Those of the backups that were started over the API, in order. */
  readonly backups: readonly Recorded[];
  /** The version of the last event on stream `log`. */
  readonly logVersion: number;
};

type Made = { readonly stream: string; readonly version: number; readonly event: DomainEvent };

/** A re-wrap that was under way ends here: its key is no more the active one, and a restore has wrapped everything anew. */
const endedRun = ({ ring, now }: Restoring): Made[] => {
  const run = openRun(ring.reduce((state, event) => keyRingFold.evolve(state, event), keyRingFold.initial));
  if (!run) return [];
  const { runId, kekId, totalCredentials, rotated, failed } = run;
  const data = { runId, kekId, success: false, totalCredentials, rotated, failed, rotatedAt: now, ownKeys: 0 };
  return [{ stream: streamOf.keyRing, version: (ring.at(-1)?.version ?? 0) + 1, event: { type: 'rewrap.completed', data } }];
};

const UNTOLD =
  'The log was restored from a backup that was made while this one was under way, and may be this one: how it ended is not in it.';

/** A backup that was under way, most likely the very one that is restored. */
const endedBackup = ({ backups, head }: Restoring): Made[] => {
  const open = openBackup(backups.reduce((state, event) => backupsFold.evolve(state, event), backupsFold.initial));
  if (!open) return [];
  const { backupId, file } = open;
  const data = { backupId, file, reasonCode: 'log-restored', sentence: UNTOLD, head };
  return [{ stream: streamOf.backups, version: (backups.at(-1)?.version ?? 0) + 1, event: { type: 'backup.failed', data } }];
};

/** The first events of the new incarnation, chained to the last one that the backup had. */
export const restoredEvents = (restoring: Restoring): readonly EventLine[] => {
  const { incarnation, backedUpAt, reason, now, by, commandId } = restoring;
  const meta: EventMeta = { commandId, actor: { kind: 'person', id: by }, incarnation };
  const restored: DomainEvent = { type: 'log.restored', data: { incarnation, head: restoring.head, backedUpAt, reason } };
  const made: Made[] = [
    { stream: streamOf.log, version: restoring.logVersion + 1, event: restored },
    ...endedRun(restoring),
    ...endedBackup(restoring),
  ];
  let { position, hash } = restoring.head;
  return made.map(({ stream, version, event: { type, data } }) => {
    const prevHash = hash;
    const event = { position: (position += 1), stream, version, type, data, meta, recordedAt: now, sealedHash: null };
    hash = hashEvent(prevHash, event);
    return { ...event, kind: 'event' as const, data: canonicalText(data), meta: canonicalText(meta), sealed: null, prevHash, hash };
  });
};
