import { setTimeout as pause } from 'node:timers/promises';
import { ok } from '@keyturn/kernel';
import { submitToRestores } from '../commands/restore-job.ts';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { credentialFold, restoresFold, streamOf } from '../folds.ts';
import type { Leadership, Term } from '../ports/leadership.ts';
import type { RecheckTable } from '../ports/recheck-table.ts';
import { repeatShreds, type ShredDeps } from './repeat-shreds.ts';
import type { RestoreHold } from './restore-hold.ts';
import { heldRestore, type Restores, unshredded } from './state.ts';

export type RestoreKeeperDeps = ShredDeps & {
  readonly hold: RestoreHold;
  readonly rechecks: RecheckTable;
  readonly leadership: Leadership;
  /** How often it looks how far the tests are, and asks audit again. */
  readonly pollMs: number;
  /** After a fault. */
  readonly retryMs: number;
};

/** Marked at once: in the group commit these go out together. */
const BATCH = 100;

const restoresOf = ({ log }: RestoreKeeperDeps): Promise<Restores> => log.state(restoresFold, streamOf.log);
const isOver = (restores: Restores): boolean => heldRestore(restores) === null && unshredded(restores).length === 0;

/** What can't be tested has its result at once: that there is no test. */
const markUntestable = async (deps: RestoreKeeperDeps, incarnation: number, stop: AbortSignal): Promise<void> => {
  for (;;) {
    const open = await deps.rechecks.next(incarnation, 'untestable', BATCH);
    if (open.length === 0 || stop.aborted) return;
    await Promise.all(
      open.map(({ credentialId, version }) =>
        deps.log.submit(credentialFold, {
          ...ownJob(deps.newId()),
          stream: streamOf.credential(credentialId),
          decide: (state) => {
            const decided = decide({ type: 'credential.record-no-test', data: { version, incarnation } }, state);
            return decided.ok ? ok({ events: decided.value, verdict: {} }) : decided;
          },
        }),
      ),
    );
  }
};

/** Publishes once nothing is open. The log itself refuses while shreds are owed. */
const release = async (deps: RestoreKeeperDeps, incarnation: number): Promise<void> => {
  const { remaining, unreachable: _among, ...counts } = await deps.rechecks.counts(incarnation);
  if (remaining > 0) return;
  await submitToRestores(deps.log, { ...ownJob(deps.newId()), command: { type: 'restore.release', incarnation, counts } });
  await deps.hold.refresh();
  if (!deps.hold.restore()) deps.logger.info('restore.released', { incarnation, ...counts });
};

/** One look at what is left to do; true: nothing is. */
const round = async (deps: RestoreKeeperDeps, stop: AbortSignal): Promise<boolean> => {
  for (const restore of unshredded(await restoresOf(deps))) await repeatShreds(deps, restore, stop);
  const held = heldRestore(await restoresOf(deps));
  if (held) {
    await markUntestable(deps, held.incarnation, stop);
    await release(deps, held.incarnation);
  }
  return isOver(await restoresOf(deps));
};

const lead = async (deps: RestoreKeeperDeps, term: Term, stop: AbortSignal): Promise<void> => {
  try {
    const ended = AbortSignal.any([stop, term.lost]);
    while (!ended.aborted && !(await round(deps, ended))) await pause(deps.pollMs, undefined, { signal: ended }).catch(() => undefined);
  } finally {
    await term.resign();
  }
};

/**
 * After a restore: deletes again what audit knows to be deleted, gives what can't be tested its result, and publishes once everything has
 * one. One replica does it; killed anywhere, another one, or the next start, goes on. Without a restore it ends at once.
 */
export const startRestoreKeeper = (deps: RestoreKeeperDeps): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  const { signal } = stopped;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (isOver(await restoresOf(deps))) return;
        const term = await deps.leadership.acquire(signal);
        if (term) await lead(deps, term, signal);
      } catch (error) {
        deps.logger.warn('restore.interrupted', { error });
        await pause(deps.retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
