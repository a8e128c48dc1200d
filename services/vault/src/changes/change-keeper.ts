import { type Clock, ok } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { ownJob } from '../commands/ring-job.ts';
import { endingChange } from '../commands/test-handlers.ts';
import { decide } from '../credential/decide.ts';
import { leapingAfterRestore } from '../credential/generation.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { type Keeper, keepLooking } from '../keep-looking.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { ErrandTable } from '../ports/errand-table.ts';

export type ChangeKeeperDeps = {
  readonly log: CommandLog;
  readonly errands: Pick<ErrandTable, 'open'>;
  /** How long a change waits for its test. */
  readonly deadlineMs: number;
  readonly backupRetentionDays: number;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Ends a change whose test nobody did in time. On every replica at once it is harmless: the first one's word stands. */
const endChange = async (deps: ChangeKeeperDeps, credentialId: string): Promise<void> => {
  const { log, deadlineMs, backupRetentionDays, newId, logger } = deps;
  const known = await log.state(credentialFold, streamOf.credential(credentialId));
  if (known.status !== 'registered' || !known.change) return;
  const { version, askedAt } = known.change;
  // Only spares the log idle questions: the decision goes by the database's clock.
  if (deps.clock.now().getTime() - Date.parse(askedAt) < deadlineMs) return;
  const ending = endingChange(known);
  const verdict = await log.submit(credentialFold, {
    ...ownJob(newId()),
    stream: streamOf.credential(credentialId),
    reads: ending.reads,
    decide: (held, context) => {
      const { now, incarnation } = context;
      const data = { version, now, deadlineMs, backupRetentionDays };
      const decided = decide({ type: 'credential.end-change', data }, leapingAfterRestore(held, incarnation));
      if (!decided.ok) return decided;
      const { events, writes } = ending.follows(decided.value, context);
      return ok({ events: [...decided.value, ...events], writes, verdict: { ended: decided.value.length > 0 } });
    },
  });
  if ('ok' in verdict && verdict.ok['ended'] === true) logger.warn('change.ended-untested', { credentialId, version });
};

/** Looks once at all changes that are open. */
export const endOverdueChanges = async (deps: ChangeKeeperDeps): Promise<void> => {
  for (const credentialId of await deps.errands.open()) await endChange(deps, credentialId);
};

/** Sees to it that no change stays open for ever, whoever died in the middle of it. */
export const startChangeKeeper = ({ pollMs, ...deps }: ChangeKeeperDeps & { readonly pollMs: number }): Keeper =>
  keepLooking({
    look: () => endOverdueChanges(deps),
    pollMs,
    onFault: (error) => deps.logger.warn('change.keeper-failed', { error }),
  });
