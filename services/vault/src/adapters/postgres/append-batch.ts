import type { Recorded } from '@keyturn/contracts/events';
import type { Logger, Tracer } from '@keyturn/telemetry';
import type { BatchPlan, Entry, Outcome } from '../../log/plan-batch.ts';
import type { Verdict } from '../../ports/command-log.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { failureOf } from './append-failure.ts';
import { appendPlan, type AppendPlanDeps } from './append-plan.ts';
import type { Settled } from './group-commit.ts';

export type AppendDeps = AppendPlanDeps & {
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly committed: (events: readonly Recorded[]) => void;
};

/**
 * Writes batches, and finds out what became of one whose connection was lost. Calls `goAhead` when the next one may begin before this one is
 * settled. Throws `LogUnavailable` where nobody can say what became of it.
 */
export type AppendBatch = (entries: readonly Entry[], goAhead: () => void) => Promise<readonly Settled<Verdict>[]>;

const toSettled = (outcome: Outcome): Settled<Verdict> => ('verdict' in outcome ? { answer: outcome.verdict } : outcome);

/** The statements of one append as one span: how many of what, never their text or values. */
const traced = (tracer: Tracer, commands: number, append: () => Promise<BatchPlan>): Promise<BatchPlan> => {
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': 'append', 'keyturn.commands': commands };
  return tracer.continue('append', { kind: 'client', attributes }, async (span) => {
    const plan = await append();
    span.set({ 'keyturn.events': plan.appended.length });
    return plan;
  });
};

export const appendBatch = (deps: AppendDeps): AppendBatch => {
  const { tracer, standing, logger, committed } = deps;
  const planAndCommit = appendPlan(deps);

  const append: AppendBatch = async (entries, goAhead) => {
    const plan = await traced(tracer, entries.length, () => planAndCommit(entries, goAhead));
    committed(plan.appended.map(({ recorded }) => recorded));
    return plan.outcomes.map(toSettled);
  };

  /**
   * Trying again is always safe: the second attempt takes the append lock, which a first one that still runs holds to its end, and then
   * finds the command ids that the first one recorded.
   */
  const appendOrResolve = async (entries: readonly Entry[], again: boolean, goAhead: () => void): Promise<readonly Settled<Verdict>[]> => {
    try {
      return await append(entries, goAhead);
    } catch (error) {
      standing.forget();
      const failure = failureOf(error);
      logger.warn('log.append-failed', { commands: entries.length, failure, error });
      if (failure === 'lost' && again) return appendOrResolve(entries, false, goAhead);
      if (failure !== 'refused' || entries.length === 1) throw new LogUnavailable(error);
    }
    const settled: Settled<Verdict>[] = [];
    for (const entry of entries) {
      settled.push(...(await appendOrResolve([entry], true, goAhead).catch((fault: unknown) => [{ fault }])));
    }
    return settled;
  };

  return (entries, goAhead) => appendOrResolve(entries, true, goAhead);
};
