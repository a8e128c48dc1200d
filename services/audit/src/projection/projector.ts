import type { Logger } from '@keyturn/telemetry';
import type { Convictions } from '../ports/convictions.ts';
import type { Checkpoint, EntryStore } from '../ports/entry-store.ts';
import type { Arrived, EventSource, ReadFrom } from '../ports/event-source.ts';
import type { RebuildStore } from '../ports/rebuild-store.ts';
import type { WriterLock } from '../ports/writer-lock.ts';
import { waitFor } from '../wait-for.ts';
import { isLawfulRestore } from './lawful-restore.ts';
import { type Obstacle, sortBatch } from './sort-batch.ts';

export type ProjectorDeps = {
  readonly store: EntryStore;
  readonly source: EventSource;
  readonly lock: WriterLock;
  readonly convictions: Pick<Convictions, 'record'>;
  /** Asked when the log was restored from a backup; without it, that halts too. */
  readonly rebuilds?: Pick<RebuildStore, 'request'>;
  readonly log: Logger;
  /** Where its first reading begins; where reading last stopped if not said. */
  readonly start?: ReadFrom;
  readonly retryMs?: number;
};

/** Turns the published log into entries, in order, without a gap or a double. */
export interface Projector {
  /** Runs until the signal is aborted. A message that can't be taken halts it; a restart tries that message again. */
  run(signal: AbortSignal): Promise<void>;
  /** What keeps it from going on; empty when nothing does. */
  troubles(): string[];
  /** Why it halted; null while it has not. */
  halted(): string | null;
}

/** The log was restored from a backup: `arrived` tells so, and stands where another event was witnessed. */
type Restored = Omit<Extract<Obstacle, { kind: 'poison' }>, 'kind' | 'convicts'> & { readonly kind: 'restored'; readonly convicts: number };
type Stop = Obstacle | Restored | { readonly kind: 'ended' } | { readonly kind: 'fault'; readonly cause: unknown };
const RETRY_MS = 500;
const HOLE_RETRY_MS = 5000;

export const projector = (deps: ProjectorDeps): Projector => {
  const { store, source, log, start = 'where-it-was', retryMs = RETRY_MS } = deps;
  /** A fault passes once reading works again; a hole once the missing event is there; a halt not before the next start. */
  let fault: string | null = null;
  let standstill: string | null = null;
  let halted: string | null = null;
  let gaps = 0;
  const restores = restoreWatch(deps);

  const readUntilStopped = async (from: ReadFrom, signal: AbortSignal): Promise<Stop> => {
    let stop: Stop = { kind: 'ended' };
    let checkpoint = await store.checkpoint();
    const take = async (batch: readonly Arrived[]): Promise<'go-on' | 'stop'> => {
      const taken = await takeBatch(deps, checkpoint, batch);
      fault = null;
      if (taken.obstacle === null && batch.length > 0) restores.over();
      if (taken.checkpoint !== checkpoint) [standstill, gaps] = [null, 0];
      checkpoint = taken.checkpoint;
      if (taken.obstacle !== null) stop = taken.obstacle;
      return taken.obstacle === null ? 'go-on' : 'stop';
    };
    await source.read(from, take, signal);
    return stop;
  };

  const term = async (signal: AbortSignal): Promise<'halted' | 'ended'> => {
    let from: ReadFrom = start;
    while (!signal.aborted) {
      const stop: Stop = await readUntilStopped(from, signal).catch((cause: unknown) => ({ kind: 'fault', cause }));
      switch (stop.kind) {
        case 'gap':
          log.warn('audit.gap', { expected: stop.expected, position: stop.position, sequence: stop.sequence, gaps });
          from = rereadFrom(stop, gaps);
          gaps += 1;
          if (gaps > 2) standstill = `the stream lacks the events from position ${stop.expected} to ${stop.position - 1}`;
          await waitFor(gaps > 2 ? HOLE_RETRY_MS : 0, signal);
          break;
        case 'restored':
          from = await restores.begin(stop);
          await waitFor(retryMs, signal);
          break;
        case 'poison':
          halted = await halt(stop, deps);
          return 'halted';
        case 'fault':
          fault = 'the event stream or the database cannot be read';
          log.warn('audit.read-failed', { error: stop.cause });
          from = 'where-it-was';
          await waitFor(retryMs, signal);
          break;
        case 'ended':
          from = 'where-it-was';
          await waitFor(retryMs, signal);
      }
    }
    return 'ended';
  };

  return {
    troubles: () => [fault, standstill, restores.trouble(), halted].filter((trouble) => trouble !== null),
    halted: () => halted,
    run: (signal) => runTerms(deps, term, signal),
  };
};

type RunTerm = (signal: AbortSignal) => Promise<'halted' | 'ended'>;

const runTerms = async ({ lock, log }: ProjectorDeps, term: RunTerm, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const held = await lock.acquire(signal);
    if (held === null) return;
    log.info('audit.projecting');
    const end = await term(AbortSignal.any([signal, held.lost]));
    if (end === 'halted') return; // keeps the lock: another process would stumble over the same message
    await held.release();
  }
};

type TakenBatch = { readonly checkpoint: Checkpoint; readonly obstacle: Obstacle | Restored | null };

type Taking = Pick<ProjectorDeps, 'store' | 'rebuilds'>;
const takeBatch = async (deps: Taking, checkpoint: Checkpoint, batch: readonly Arrived[]): Promise<TakenBatch> => {
  const { store } = deps;
  const { taken, repeats, obstacle } = sortBatch(checkpoint, batch);
  const differing = await store.firstDiffering(repeats.filter(({ position }) => position <= checkpoint.position));
  if (differing) return { checkpoint, obstacle: await changedHistory(deps, differing, repeats) };
  const last = taken.at(-1);
  if (!last) return { checkpoint, obstacle };
  if ((await store.append(checkpoint, taken)) === 'moved') return sortAnew(deps, checkpoint, batch);
  return { checkpoint: { position: last.entry.position, hash: last.hash }, obstacle };
};

/** A rebuild took the place of the entries that this batch was sorted for; another writer would have gone ahead as well. */
const sortAnew = async (deps: Taking, checkpoint: Checkpoint, batch: readonly Arrived[]): Promise<TakenBatch> => {
  const moved = await deps.store.checkpoint();
  if (moved.position === checkpoint.position && moved.hash === checkpoint.hash) throw new Error('the entries were not stored');
  return takeBatch(deps, moved, batch);
};

const changedHistory = async (
  { store, rebuilds }: Taking,
  differing: Checkpoint,
  repeats: readonly (Checkpoint & { readonly arrived: Arrived })[],
): Promise<Obstacle | Restored> => {
  const found = repeats.find(({ position }) => position === differing.position);
  if (!found) throw new Error(`position ${differing.position} was not among the repeats`);
  const { position } = differing;
  if (rebuilds && (await isLawfulRestore(store, found.arrived))) {
    const reason = `the log was restored from a backup: what was witnessed from position ${position} on is lost to it`;
    return { kind: 'restored', arrived: found.arrived, reason, convicts: position };
  }
  return { kind: 'poison', arrived: found.arrived, reason: `position ${position} was witnessed with another hash`, convicts: position };
};

const RESTORING = 'the log was restored from a backup: the entries are being made anew';

/** A person has to say that it was meant, so it is a conviction; nothing has to be repaired, so nothing halts. */
const restoreWatch = ({ rebuilds, convictions, log }: ProjectorDeps) => {
  /** The message that tells of it: another restore may follow at the same position. */
  let begun: string | null = null;
  return {
    trouble: () => (begun === null ? null : RESTORING),
    over: (): void => {
      begun = null;
    },
    /** Answers from where to look whether the rebuilt entries, which have the restore in them, are served by now. */
    begin: async ({ convicts, reason, arrived }: Restored): Promise<ReadFrom> => {
      const again: ReadFrom = { sequence: arrived.sequence };
      if (begun === arrived.text) return again;
      try {
        await convictions.record({ position: convicts, sentence: reason });
        await rebuilds?.request();
        begun = arrived.text;
        log.error('audit.log-restored', { position: convicts, reason });
      } catch (error) {
        log.warn('audit.rebuild-not-asked', { error }); // the next look tries again
      }
      return again;
    },
  };
};

/** First where the missing event should be, counted back; then from the stream's start. */
const rereadFrom = (gap: Extract<Obstacle, { kind: 'gap' }>, gaps: number): ReadFrom => ({
  sequence: gaps === 0 ? Math.max(1, gap.sequence - (gap.position - gap.expected)) : 1,
});

const halt = async (poison: Extract<Obstacle, { kind: 'poison' }>, { store, convictions, log }: ProjectorDeps): Promise<string> => {
  const { arrived, reason, convicts } = poison;
  log.error('audit.halted', { sequence: arrived.sequence, subject: arrived.subject, reason });
  await store.park({ sequence: arrived.sequence, subject: arrived.subject, reason, payload: arrived.text }).catch((fault: unknown) => {
    log.error('audit.park-failed', { error: fault });
  });
  if (convicts !== null) {
    await convictions.record({ position: convicts, sentence: reason }).catch((fault: unknown) => {
      log.error('audit.conviction-unrecorded', { error: fault });
    });
  }
  return `halted at message ${arrived.sequence}: ${reason}`;
};
