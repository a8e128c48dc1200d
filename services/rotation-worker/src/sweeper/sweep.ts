import { setTimeout as wait } from 'node:timers/promises';
import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import { describeFailure } from '../activities/failure.ts';
import type { RotationRuns } from '../ports/rotation-runs.ts';
import { workflowIdOf } from '../rotation/rotation-run.ts';
import { createRestartPace } from './restart-pace.ts';
import { settleCandidate, type SettleDeps } from './settle-candidate.ts';
import { isReplaced, settleReplaced } from './settle-replaced.ts';
import type { SettlePace } from './settle-pace.ts';

export type SweeperDeps = SettleDeps & {
  readonly runs: RotationRuns;
  readonly settlePace: SettlePace;
  /** Tells the tries to settle something apart. */
  readonly newId: () => string;
  readonly tracer?: Tracer;
  readonly everyMs: number;
};
export type Sweeper = { readonly stop: () => Promise<void> };

/** Sweeps once: starts the rotation of every open epoch (harmless where it runs), and settles what failed ones and changes left behind. */
export const createSweep = ({
  vault,
  providers,
  adapters,
  issueTakesMs,
  log,
  runs,
  settlePace,
  newId,
  tracer = noTracer,
}: Omit<SweeperDeps, 'everyMs'>): (() => Promise<void>) => {
  const pace = createRestartPace();
  const startOpen = async (): Promise<void> => {
    const open = await vault.listOpenEpochs();
    pace.keepOnly(open.map(workflowIdOf));
    for (const epoch of open) {
      const id = workflowIdOf(epoch);
      if (!pace.isDue(id)) continue;
      const parent = extract({ traceparent: epoch.traceparent ?? undefined }) ?? 'none';
      const { runId } = await tracer.continue('sweep.start', { parent }, () => runs.start(epoch));
      pace.started(id, runId);
    }
  };
  const settle = (left: UnsettledCandidate, root: string): Promise<void> =>
    isReplaced(left)
      ? settleReplaced({ vault, providers, log }, left, root)
      : settleCandidate({ vault, providers, adapters, log, issueTakesMs }, left, root);
  const settleAll = async (): Promise<void> => {
    const unsettled = await vault.listUnsettled();
    settlePace.keepOnly(unsettled);
    for (const candidate of unsettled.filter(settlePace.isDue)) {
      const { credentialId, version, epoch } = candidate;
      try {
        await settle(candidate, newId());
        log.info('ledger.settled', { credentialId, version, epoch });
      } catch (error) {
        settlePace.failed(candidate);
        log.warn('ledger.unsettled', { credentialId, version, epoch, ...describeFailure(error) });
      }
    }
  };
  return async () => {
    for (const sweep of [startOpen, settleAll])
      await sweep().catch((error: unknown) => log.warn('sweep.failed', { sweep: sweep.name, ...describeFailure(error) }));
  };
};

/** Sweeps now and again, one sweep after another, until it is stopped. */
export const startSweeper = ({ everyMs, ...deps }: SweeperDeps): Sweeper => {
  const stopping = new AbortController();
  const sweep = createSweep(deps);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sweep();
      await wait(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
};
