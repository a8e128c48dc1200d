import { type Clock, ok } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { type Keeper, keepLooking } from '../keep-looking.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { DueTest, HealthTestTable } from '../ports/health-test-table.ts';
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

/** A test stays open while it is put off because its provider is busy: it takes room from that provider's others only. */
const AT_A_PROVIDER = 4;
/** The worker is told of all that is open in one answer, which people's own share. */
const IN_ALL = 100;

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

const countOf = (providers: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const provider of providers) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  return counts;
};

/** Asks for as many of those that are due as their providers have room for. False: one had none, and others may be due behind it. */
const askForThose = async (
  deps: HealthTestDeps,
  passedOver: PassedOver,
  due: readonly DueTest[],
  open: Map<string, number>,
): Promise<boolean> => {
  let haveAllRoom = true;
  for (const { credentialId, provider } of due) {
    const count = open.get(provider) ?? 0;
    if (count >= AT_A_PROVIDER) haveAllRoom = false;
    else if (await askFor(deps, credentialId)) {
      open.set(provider, count + 1);
      deps.logger.info('health-test.asked', { credentialId });
    } else passedOver.set(credentialId, deps.clock.now().getTime());
  }
  return haveAllRoom;
};

/**
 * Looks once for credentials whose last test is too long ago, and asks for as many tests as may be open at each provider. On every replica at
 * once it is harmless.
 */
export const askForDueTests = async (deps: HealthTestDeps, passedOver: PassedOver): Promise<void> => {
  if (deps.hold.restore()) return; // what is tested after a restore is decided there
  const since = deps.clock.now().getTime() - deps.everyMs;
  for (const [credentialId, at] of passedOver) if (at < since) passedOver.delete(credentialId);
  const open = countOf(await deps.table.open());
  for (let isDone = false; !isDone;) {
    const free = IN_ALL - [...open.values()].reduce((sum, count) => sum + count, 0);
    if (free <= 0) return;
    const full = [...open].flatMap(([provider, count]) => (count >= AT_A_PROVIDER ? [provider] : []));
    const due = await deps.table.due({ before: new Date(since).toISOString(), besides: [...passedOver.keys()], full }, free);
    isDone = await askForThose(deps, passedOver, due, open);
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
