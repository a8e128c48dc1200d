import type { Refusal } from '@keyturn/contracts';
import type { KekState, KeyRingEvent } from '@keyturn/contracts/events';
import { ok, type Result } from '@keyturn/kernel';
import { keyRingFold, streamOf } from '../folds.ts';
import type { KeyRingCommand } from '../key-ring/command.ts';
import { decideRing } from '../key-ring/decide.ts';
import { evolveRing, type KeyRing } from '../key-ring/state.ts';
import type { CommandLog, Decision, DecisionContext, Job, Verdict, Write } from '../ports/command-log.ts';

const STATE_AFTER: Readonly<Partial<Record<KeyRingEvent['type'], KekState>>> = {
  'kek.added': 'added',
  'kek.activated': 'active',
  'kek.retiring': 'retiring',
  'kek.retired': 'retired',
};

/** The rows of table `keks` that belong to the events' own transaction, in their order. */
const kekWrites = (events: readonly KeyRingEvent[]): Write[] =>
  events.flatMap(({ type, data }) => {
    const state = STATE_AFTER[type];
    return state === undefined ? [] : [{ kind: 'kek-state', kekId: data.kekId, state }];
  });

type RingJob = Pick<Job<KeyRing>, 'commandId' | 'fingerprint' | 'meta' | 'kekId'> & {
  /** Makes the command from what is known under the append lock. */
  readonly command: (context: DecisionContext) => KeyRingCommand;
  readonly verdict?: (after: KeyRing) => Decision['verdict'];
  /** Rows beside those that follow from the events. */
  readonly writes?: (after: KeyRing) => readonly Write[];
};

/** Puts one command on the key ring through the log. */
export const submitToRing = (log: Pick<CommandLog, 'submit'>, { command, verdict, writes, ...job }: RingJob): Promise<Verdict> =>
  log.submit(keyRingFold, {
    ...job,
    stream: streamOf.keyRing,
    decide: (ring, context): Result<Decision, Refusal> => {
      const decided = decideRing(command(context), ring);
      if (!decided.ok) return decided;
      const events = decided.value;
      const after = events.reduce((state, event) => evolveRing(state, event, context.now), ring);
      return ok({ events, verdict: verdict?.(after) ?? {}, writes: writes?.(after) ?? kekWrites(events) });
    },
  });

/** What a job of the vault's own is recorded with. */
export const ownJob = (commandId: string): Pick<RingJob, 'commandId' | 'fingerprint' | 'meta'> => ({
  commandId,
  fingerprint: commandId,
  meta: { commandId, actor: { kind: 'service', id: 'vault' } },
});
