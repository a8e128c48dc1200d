import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import type { RotationRuns } from '../ports/rotation-runs.ts';
import type { OpenEpoch, Vault } from '../ports/vault.ts';
import { workflowIdOf } from '../rotation/rotation-run.ts';
import { AT_ONCE } from '../rounds/work-rounds.ts';
import { createRestartPace } from './restart-pace.ts';

export type RestartDeps = { readonly vault: Pick<Vault, 'listOpenEpochs'>; readonly runs: RotationRuns; readonly tracer?: Tracer };

/** Those that are due, each asked only when it is its turn. One iterator for all who take from it. */
function* inOrder(open: readonly OpenEpoch[], isDue: (epoch: OpenEpoch) => boolean): Generator<OpenEpoch> {
  for (const epoch of open) if (isDue(epoch)) yield epoch;
}

type Outcome = { started: number; readonly faults: unknown[] };

/** Starts the rotation of every open epoch, which is harmless where it runs. */
export const createRestarts = ({ vault, runs, tracer = noTracer }: RestartDeps): (() => Promise<void>) => {
  const pace = createRestartPace();
  const start = async (epoch: OpenEpoch): Promise<void> => {
    const parent = extract({ traceparent: epoch.traceparent ?? undefined }) ?? 'none';
    const { runId } = await tracer.continue('sweep.start', { parent }, () => runs.start(epoch));
    pace.started(workflowIdOf(epoch), runId);
  };
  /** One that can't be started keeps no other back; but where none of so many can, Temporal is down. */
  const startInTurn = async (epochs: Iterable<OpenEpoch>, outcome: Outcome): Promise<void> => {
    for (const epoch of epochs) {
      try {
        await start(epoch);
        outcome.started += 1;
      } catch (fault) {
        outcome.faults.push(fault);
        if (outcome.started === 0 && outcome.faults.length >= AT_ONCE) return;
      }
    }
  };
  return async () => {
    const open = await vault.listOpenEpochs();
    pace.keepOnly(open.map(workflowIdOf));
    const due = inOrder(open, (epoch) => pace.isDue(workflowIdOf(epoch)));
    const outcome: Outcome = { started: 0, faults: [] };
    await Promise.all(Array.from({ length: AT_ONCE }, () => startInTurn(due, outcome)));
    if (outcome.faults.length > 0) throw outcome.faults[0];
  };
};
