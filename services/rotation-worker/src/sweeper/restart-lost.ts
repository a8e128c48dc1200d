import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import type { RotationRuns } from '../ports/rotation-runs.ts';
import type { OpenEpoch, Vault } from '../ports/vault.ts';
import { workflowIdOf } from '../rotation/rotation-run.ts';
import { AT_ONCE } from '../rounds/work-rounds.ts';
import { createRestartPace } from './restart-pace.ts';

export type RestartDeps = { readonly vault: Pick<Vault, 'listOpenEpochs'>; readonly runs: RotationRuns; readonly tracer?: Tracer };

/** Starts the rotation of every open epoch, which is harmless where it runs. */
export const createRestarts = ({ vault, runs, tracer = noTracer }: RestartDeps): (() => Promise<void>) => {
  const pace = createRestartPace();
  const start = async (epoch: OpenEpoch): Promise<void> => {
    const parent = extract({ traceparent: epoch.traceparent ?? undefined }) ?? 'none';
    const { runId } = await tracer.continue('sweep.start', { parent }, () => runs.start(epoch));
    pace.started(workflowIdOf(epoch), runId);
  };
  const startInTurn = async (epochs: Iterable<OpenEpoch>): Promise<void> => {
    for (const epoch of epochs) await start(epoch);
  };
  return async () => {
    const open = await vault.listOpenEpochs();
    pace.keepOnly(open.map(workflowIdOf));
    const due = open.filter((epoch) => pace.isDue(workflowIdOf(epoch))).values();
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => startInTurn(due)));
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
  };
};
