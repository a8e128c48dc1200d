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

/** After so many in a row it isn't they that can't be started, but Temporal that can't be asked. */
const GIVES_UP_AFTER = 2 * AT_ONCE;

type Sweep = { tried: number; failedInARow: number; readonly faults: unknown[] };

/** Starts the rotation of every open epoch, which is harmless where it runs. */
export const createRestarts = ({ vault, runs, tracer = noTracer }: RestartDeps): (() => Promise<void>) => {
  const pace = createRestartPace();
  const start = async (epoch: OpenEpoch): Promise<void> => {
    const parent = extract({ traceparent: epoch.traceparent ?? undefined }) ?? 'none';
    const { runId } = await tracer.continue('sweep.start', { parent }, () => runs.start(epoch));
    pace.started(workflowIdOf(epoch), runId);
  };
  /** Where the next sweep begins: behind those at which the last one gave up. */
  let first = 0;
  /** One that can't be started keeps no other back. Whoever gives up ends it for all who take from the same iterator. */
  const startInTurn = async (epochs: Iterable<OpenEpoch>, sweep: Sweep): Promise<void> => {
    for (const epoch of epochs) {
      sweep.tried += 1;
      try {
        await start(epoch);
        sweep.failedInARow = 0;
      } catch (fault) {
        sweep.faults.push(fault);
        sweep.failedInARow += 1;
        if (sweep.failedInARow >= GIVES_UP_AFTER) return;
      }
    }
  };
  return async () => {
    const open = await vault.listOpenEpochs();
    pace.keepOnly(open.map(workflowIdOf));
    const due = inOrder([...open.slice(first), ...open.slice(0, first)], (epoch) => pace.isDue(workflowIdOf(epoch)));
    const sweep: Sweep = { tried: 0, failedInARow: 0, faults: [] };
    await Promise.all(Array.from({ length: AT_ONCE }, () => startInTurn(due, sweep)));
    first = sweep.failedInARow < GIVES_UP_AFTER ? 0 : (first + sweep.tried) % open.length;
    if (sweep.faults.length > 0) throw sweep.faults[0];
  };
};
