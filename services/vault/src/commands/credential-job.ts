import type { Refusal, Reply } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { CredentialCommand } from '../credential/command.ts';
import { decide } from '../credential/decide.ts';
import { leapingAfterRestore } from '../credential/generation.ts';
import type { CredentialFact } from '../credential/happened.ts';
import { type Credential, revisionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { DecisionContext, NewEvent, StreamFold, Write } from '../ports/command-log.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import { mustStandOn } from './prepared.ts';

/** Rows, and events of other streams. */
export type Following = { readonly events?: readonly NewEvent[]; readonly writes?: readonly Write[] };

type CredentialJob = {
  readonly credentialId: string;
  readonly claims?: string;
  /** What it was prepared on: where that is not the newest state, `PreparedOnOld` is thrown and nothing recorded. */
  readonly on?: Credential | undefined;
  /** Makes the command from what is known under the append lock. */
  readonly command: (context: DecisionContext) => CredentialCommand;
  /** Whether it is allowed, on what its `reads` hold under the lock; null: it is. */
  readonly judge?: (context: DecisionContext, state: Credential) => Refusal | null;
  readonly reads?: readonly StreamFold[];
  /** Does it stand on who holds the credential, as that is under the lock? */
  readonly standsOnLeases?: true;
  readonly writes?: readonly Write[];
  /** What follows from what was decided, on what its `reads` hold. */
  readonly follows?: (made: readonly CredentialFact[], context: DecisionContext) => Following;
  /** `before`: the credential on which it was decided. */
  readonly verdict?: (made: readonly CredentialFact[], before: Credential) => Readonly<Record<string, unknown>>;
};

/** Who decided on what they saw is not to undo what somebody else did since. */
const refuseUnlessAt = (state: Credential, revision: string | undefined): Refusal | null => {
  if (revision === undefined || state.status !== 'registered' || revisionOf(state) === revision) return null;
  return { code: 'credential-changed', revision: revisionOf(state) };
};

/** Puts one command on a credential through the log, and answers its verdict. */
export const submitToCredential = async (
  deps: Pick<VaultDeps, 'log' | 'fingerprintKey'>,
  opened: Opened,
  job: CredentialJob,
): Promise<Reply> => {
  const verdict = await deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(job.credentialId),
    ...(job.claims === undefined ? {} : { claims: job.claims }),
    ...(job.reads === undefined ? {} : { reads: job.reads }),
    ...(job.standsOnLeases === true ? { leasesOf: job.credentialId } : {}),
    decide: (held, context) => {
      if (job.on) mustStandOn(job.on, held);
      const state = leapingAfterRestore(held, context.incarnation);
      const refusal = refuseUnlessAt(state, opened.ifRevision) ?? job.judge?.(context, state);
      if (refusal) return refuse(refusal);
      const decided: Result<readonly CredentialFact[], Refusal> = decide(job.command(context), state);
      if (!decided.ok) return decided;
      const said = job.verdict?.(decided.value, state) ?? {};
      // What a command wrote beside its events belongs to them: a repeat under another id writes nothing.
      const follows = job.follows?.(decided.value, context) ?? {};
      const events: readonly NewEvent[] = [...decided.value, ...(follows.events ?? [])];
      return ok({ events, verdict: said, writes: events.length > 0 ? [...(job.writes ?? []), ...(follows.writes ?? [])] : [] });
    },
  });
  return replyOf(verdict);
};
