import type { Refusal } from '@keyturn/contracts';
import type { Result } from '@keyturn/kernel';
import { type Liveness, type ProviderRefusal, TurnTooFar } from '@keyturn/providers';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { nameFault, presentable } from '../rotation/scrub.ts';

/** Temporal keeps stacks as plain text; ours would only show this wrapper. */
const withoutStack = (failure: ApplicationFailure): ApplicationFailure => Object.assign(failure, { stack: '' });

/** A refusal on its way through Temporal: not retried there, its type is the stable code, its message a sentence for people. */
export const refused = (code: string, sentence: string): ApplicationFailure =>
  withoutStack(ApplicationFailure.nonRetryable(presentable(sentence), code));

const detailsOf = ({ code: _code, ...details }: Refusal): string =>
  Object.keys(details).length === 0
    ? ''
    : ` (${Object.entries(details)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join(', ')})`;

export const refusedByVault = (doing: string, refusal: Refusal): ApplicationFailure =>
  refused(refusal.code, `The vault refuses to ${doing}: ${refusal.code}${detailsOf(refusal)}.`);

/** The value of what the provider did, or its refusal as a failure. Its sentences name what to do. */
export const orRefused = <T>(result: Result<T, ProviderRefusal>): T => {
  if (result.ok) return result.value;
  const grants = 'grants' in result.refusal ? result.refusal.grants.map((grant) => ` ${grant};`).join('') : '';
  throw refused(result.refusal.code, `${result.refusal.sentence}${grants}`);
};

/** Throws unless the provider has refused the value twice. */
export const orStillAlive = ({ state, sentence }: Liveness): void => {
  if (state !== 'dead') throw refused(state === 'alive' ? 'still-alive' : 'provider-unreachable', sentence);
};

/** What the provider takes again within this isn't worth a word to anybody. */
const SOON_MS = 10_000;

/** The provider takes no calls for long enough to be told of. */
export type Throttled = { readonly waitMs: number; readonly sentence: string };

export const throttledBy = (thrown: unknown): Throttled | null => {
  if (!(thrown instanceof TurnTooFar) || !thrown.isHeld || thrown.inMs <= SOON_MS) return null;
  return { waitMs: Math.ceil(thrown.inMs), sentence: `${thrown.provider} takes no more calls just now, and nobody calls it before.` };
};

/** The run waits for it, and says so: Temporal's own retry would be seen by nobody. */
const waitsOut = ({ waitMs, sentence }: Throttled): ApplicationFailure =>
  withoutStack(ApplicationFailure.create({ type: 'rate-limited', message: sentence, nonRetryable: true, details: [{ waitMs }] }));

/** Far less than a step before the commit is tried for: one that came again only after that would have ended as refused. */
const LATEST_AGAIN_MS = 120_000;

/** Nothing was asked of the provider: the activity begins anew when its turn may have come, which is no refusal that anybody counts. */
const sentAway = (activity: string, { inMs }: TurnTooFar): ApplicationFailure =>
  withoutStack(
    ApplicationFailure.create({
      type: 'rate-limited',
      message: `${activity} waits for its turn: too many calls of the same provider are before it.`,
      nextRetryDelay: Math.min(Math.ceil(inMs), LATEST_AGAIN_MS),
    }),
  );

/** What Temporal may see of whatever an activity threw: its own failures as they are, anything else by name only, to be retried. */
export const toFailure = (activity: string, thrown: unknown): Error => {
  if (thrown instanceof TemporalFailure) return thrown;
  const throttled = throttledBy(thrown);
  if (throttled) return waitsOut(throttled);
  if (thrown instanceof TurnTooFar) return sentAway(activity, thrown);
  return withoutStack(ApplicationFailure.retryable(`${activity} met a fault and is tried again: ${nameFault(thrown)}`, 'fault'));
};

/** A failure as the log may have it: a refusal by its code and our own sentence, a fault by its name. */
export const describeFailure = (thrown: unknown): Readonly<Record<string, unknown>> =>
  thrown instanceof ApplicationFailure ? { code: thrown.type, sentence: presentable(thrown.message) } : { fault: nameFault(thrown) };
