import { type Clock, ok } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { type Keeper, keepLooking } from '../keep-looking.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { HealthTestTable } from '../ports/health-test-table.ts';
import type { RestoreHold } from '../restore/restore-hold.ts';

export type HealthTestDeps = {
  readonly log: CommandLog;
  readonly table: HealthTestTable;
  readonly hold: Pick<RestoreHold, 'restore'>;
  /** How old a credential's last test may grow. */
  readonly everyMs: number;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** The worker does eight errands at once: a person's own is never kept waiting by these. */
const AT_ONCE = 4;

/** Credentials that turned out to have no test, and when: they are looked at again as rarely as the others. */
export type PassedOver = Map<string, number>;

/** Asks for a test as a person does; while one is under way already, that one does. False: there is nothing to test. */
const askFor = async ({ log, newId }: HealthTestDeps, credentialId: string): Promise<boolean> => {
  const verdict = await log.submit(credentialFold, {
    ...ownJob(newId()),
    stream: streamOf.credential(credentialId),
    decide: (state) => {
      const decided = decide({ type: 'credential.request-test', data: {} }, state);
      return decided.ok ? ok({ events: decided.value, verdict: {} }) : decided;
    },
  });
  return 'ok' in verdict;
};

/**
 * Looks once for credentials whose last test is too long ago, and asks for as many tests as may be open. On every replica at once it is
 * harmless.
 */
export const askForDueTests = async (deps: HealthTestDeps, passedOver: PassedOver): Promise<void> => {
  if (deps.hold.restore()) return; // what is tested after a restore is decided there
  const free = AT_ONCE - (await deps.table.open());
  if (free <= 0) return;
  const since = deps.clock.now().getTime() - deps.everyMs;
  for (const [credentialId, at] of passedOver) if (at < since) passedOver.delete(credentialId);
  for (const credentialId of await deps.table.due(new Date(since).toISOString(), [...passedOver.keys()], free)) {
    if (await askFor(deps, credentialId)) deps.logger.info('health-test.asked', { credentialId });
    else passedOver.set(credentialId, deps.clock.now().getTime());
  }
};

/** Has every credential tested at its provider now and again, so that one that stopped working is known before somebody needs it. */
export const startHealthTests = ({ pollMs, ...deps }: HealthTestDeps & { readonly pollMs: number }): Keeper => {
  const passedOver: PassedOver = new Map();
  return keepLooking({
    look: async () => {
      if (deps.everyMs > 0) await askForDueTests(deps, passedOver);
    },
    pollMs,
    onFault: (error) => deps.logger.warn('health-test.failed', { error }),
  });
};
