import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { type AskedWorkDeps, startAskedWork } from '../asked-work.ts';
import { ownJob, submitToRing } from '../commands/ring-job.ts';
import { keyRingFold, streamOf } from '../folds.ts';
import { openRun, type RewrapRun } from '../key-ring/state.ts';
import { throttle } from '../key-ring/throttle.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { KekTable } from '../ports/kek-table.ts';
import type { RewrapStore } from '../ports/rewrap-store.ts';
import type { KekKeeper } from './kek-keeper.ts';
import { rewrapAll, type RewrapDeps, type RewrapSaid } from './rewrap.ts';

export type RewrapperDeps = AskedWorkDeps & {
  readonly log: Pick<CommandLog, 'submit' | 'state' | 'onCommitted'>;
  readonly store: RewrapStore;
  readonly keks: Pick<KekTable, 'uses'>;
  readonly keeper: KekKeeper;
  readonly onUnreadable: RewrapDeps['onUnreadable'];
  readonly newId: () => string;
  /** How often it says how far it is. */
  readonly progressMs: number;
  /** 0: as fast as it goes. */
  readonly rowsPerSecond: number;
};

/** At that rate; without one, others only have their turn. */
const pauseAt = (rowsPerSecond: number, stop: AbortSignal): RewrapDeps['pause'] => {
  if (rowsPerSecond === 0) return async () => setImmediate();
  const sleep = async (ms: number): Promise<void> => pause(ms, undefined, { signal: stop }).catch(() => undefined);
  return throttle(rowsPerSecond, { now: () => performance.now(), sleep });
};

const openRunOf = async ({ log }: RewrapperDeps): Promise<RewrapRun | null> => openRun(await log.state(keyRingFold, streamOf.keyRing));

/** Says the run's counts now and then, those of earlier lives included. */
const progressOf = (deps: RewrapperDeps, { runId, kekId }: RewrapRun): RewrapDeps['onBatch'] => {
  let saidAt = performance.now();
  return async ({ failed }: RewrapSaid) => {
    if (performance.now() - saidAt < deps.progressMs) return;
    saidAt = performance.now();
    const [{ rotated }, uses] = await Promise.all([deps.store.counts(runId), deps.keks.uses()]);
    const remaining = uses.filter((use) => use.kekId !== kekId).reduce((sum, { dataKeys }) => sum + dataKeys, 0);
    await submitToRing(deps.log, {
      ...ownJob(deps.newId()),
      command: () => ({ type: 'rewrap.progress', runId, rotated, failed, remaining }),
    });
  };
};

const perform = async (deps: RewrapperDeps, run: RewrapRun, stop: AbortSignal): Promise<void> => {
  const { store, keeper, logger, onUnreadable } = deps;
  await keeper.refresh();
  logger.info('rewrap.begun', { runId: run.runId, kekId: run.kekId });
  const pauseBetween = pauseAt(deps.rowsPerSecond, stop);
  const said = await rewrapAll({ store, keeper, stop, onUnreadable, pause: pauseBetween, onBatch: progressOf(deps, run) }, run);
  if (said === null) return;
  const { rotated, ownKeys } = await store.counts(run.runId);
  await submitToRing(deps.log, {
    ...ownJob(deps.newId()),
    command: ({ now }) => ({
      type: 'rewrap.complete',
      runId: run.runId,
      rotated,
      failed: said.failed,
      ownKeys,
      ownFailed: said.ownFailed,
      now,
    }),
  });
  logger.info('rewrap.completed', { runId: run.runId, rotated, failed: said.failed, ownFailed: said.ownFailed });
};

/** Does the re-wraps that are asked for: one replica at a time, taken up by another where one dies. */
export const startRewrapper = (deps: RewrapperDeps): { stop(): Promise<void> } =>
  startAskedWork(deps, {
    askedBy: 'rewrap.requested',
    interrupted: 'rewrap.interrupted',
    open: () => openRunOf(deps),
    perform: (run, signal) => perform(deps, run, signal),
  });
