import { type Actor, type Refusal } from '@keyturn/contracts';
import { type Clock, ok } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { refuseElsewhere } from '../commands/moved-secret.ts';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { leapingAfterRestore } from '../credential/generation.ts';
import { isTurn } from '../credential/schedule.ts';
import type { RegisteredCredential } from '../credential/state.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { type Keeper, keepLooking } from '../keep-looking.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { DueCredential, DueTable } from '../ports/due-table.ts';
import type { RestoreHold } from '../restore/restore-hold.ts';

export type DueDeps = {
  readonly log: CommandLog;
  readonly table: DueTable;
  readonly hold: Pick<RestoreHold, 'restore'>;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
};

const PAGE = 200;
/** Nobody asked, so nobody's rights stand behind it. */
const NOBODY: Actor = { kind: 'service', id: 'vault' };

/** A rotation that would send what the issuer makes elsewhere needs somebody who answers for it. */
const refusalFor = async (deps: DueDeps, state: RegisteredCredential, now: string): Promise<Refusal | null> =>
  isTurn(state, now) ? (await refuseElsewhere(deps, NOBODY, state)).refusal : null;

/** Does what is due of one credential: decided under the append lock, so on every replica at once it is harmless. */
const doDueOf = async (deps: DueDeps, credentialId: string): Promise<void> => {
  const stream = streamOf.credential(credentialId);
  const known = await deps.log.state(credentialFold, stream);
  if (known.status !== 'registered') return;
  const now = deps.clock.now().toISOString();
  const refusal = await refusalFor(deps, known, now);
  const expected = decide({ type: 'credential.do-due', data: { now, refusal } }, known);
  if (!expected.ok || expected.value.length === 0) return; // its window is closed, or it was looked at early
  const verdict = await deps.log.submit(credentialFold, {
    ...ownJob(deps.newId()),
    stream,
    decide: (held, { incarnation }) => {
      const decided = decide({ type: 'credential.do-due', data: { now, refusal } }, leapingAfterRestore(held, incarnation));
      return decided.ok ? ok({ events: decided.value, verdict: { did: decided.value.map(({ type }) => type) } }) : decided;
    },
  });
  if ('ok' in verdict) deps.logger.info('schedule.did', { credentialId, did: verdict.ok['did'] });
};

/** One that throws is told of at each look, and keeps nobody behind it waiting: at the head of the row it would do so for ever. */
const doDueAlone = async (deps: DueDeps, credentialId: string): Promise<void> => {
  try {
    await doDueOf(deps, credentialId);
  } catch (error) {
    deps.logger.error('schedule.credential-failed', { credentialId, error });
  }
};

/** Looks once at all whose time has come. */
export const doDue = async (deps: DueDeps): Promise<void> => {
  if (deps.hold.restore()) return; // nothing is begun before what a restore brought back is checked
  let after: DueCredential | null = null;
  for (;;) {
    const page: readonly DueCredential[] = await deps.table.due(deps.clock.now().toISOString(), after, PAGE);
    for (const { credentialId } of page) await doDueAlone(deps, credentialId);
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return;
  }
};

/** Requests scheduled rotations when their turn comes, and tells of what expires and of what is overdue (ADR-0025). */
export const startSchedules = ({ pollMs, ...deps }: DueDeps & { readonly pollMs: number }): Keeper =>
  keepLooking({
    look: () => doDue(deps),
    pollMs,
    onFault: (error) => deps.logger.warn('schedule.failed', { error }),
  });
