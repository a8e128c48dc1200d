import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import type { RotationRuns } from '../ports/rotation-runs.ts';
import type { Vault } from '../ports/vault.ts';
import { workflowIdOf } from '../rotation/rotation-run.ts';
import { createRestartPace } from './restart-pace.ts';

export type RestartDeps = { readonly vault: Pick<Vault, 'listOpenEpochs'>; readonly runs: RotationRuns; readonly tracer?: Tracer };

/** Starts the rotation of every open epoch, which is harmless where it runs. */
export const createRestarts = ({ vault, runs, tracer = noTracer }: RestartDeps): (() => Promise<void>) => {
  const pace = createRestartPace();
  return async () => {
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
};
