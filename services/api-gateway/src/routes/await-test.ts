import { setTimeout as pause } from 'node:timers/promises';
import { type Actor, saysNothing } from '@keyturn/contracts';
import type { ChangeOutcome } from '@keyturn/contracts/commands';
import type { ChangeResult, TestList, TestView } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { VaultClient } from '../clients/vault.ts';
import { unknownIfAway } from '../faults.ts';
import type { ProblemCode } from '../problems.ts';

// A value is tested by the worker, and that takes a moment: a write waits for it a bounded time, and says 202 where it takes longer. The same
// request under the same key waits again, and gets the same end.

/** What the provider's own no to a value is. */
export const REFUSED_PROBLEMS = ['test-invalid', 'test-forbidden'] as const satisfies readonly ProblemCode[];

/** What the test of a value may end with. */
export const TEST_PROBLEMS = [...REFUSED_PROBLEMS, 'test-unreachable', 'test-rate-limited'] as const satisfies readonly ProblemCode[];

export type AwaitDeps = { readonly vault: VaultClient; readonly testWaitMs: number };
type Asking = { readonly actor: Actor; readonly commandId: string };

const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 500;

/** Looks again and again, ever more rarely, until there is something to say; null where the time is up. */
const lookUntil = async <T>(waitMs: number, look: () => Promise<T | null>): Promise<T | null> => {
  const until = performance.now() + waitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() + pauseMs > until) return null;
    await pause(pauseMs);
  }
};

const refusalOf = ({ code, sentence, retryAfterSeconds }: NonNullable<ChangeResult['failure']>): Refusal => {
  const known = TEST_PROBLEMS.find((problem) => problem === code);
  if (!known) throw new Error(`a change failed as ${code}`);
  return known === 'test-rate-limited' && retryAfterSeconds !== undefined
    ? { code: known, sentence, retryAfterSeconds }
    : { code: known, sentence };
};

/** Waits for the end of a change, however it ended; null when the time is up. */
export const awaitEnd = async (
  { vault, testWaitMs }: AwaitDeps,
  { actor, commandId }: Asking,
  { credentialId }: Pick<ChangeOutcome, 'credentialId'>,
): Promise<Result<ChangeResult | null, Refusal>> => {
  const data = { credentialId, commandId };
  const ended = await lookUntil(testWaitMs, async () => {
    const found = await vault.query('credential.change', { actor, data }).catch(unknownIfAway);
    return found.ok && found.value.status === 'testing' ? null : found;
  });
  return ended ?? ok(null);
};

/** Waits for the end of a change: committed, refused by its test, or still `testing` when the time is up. */
export const awaitChange = async <Outcome extends ChangeOutcome>(
  deps: AwaitDeps,
  asking: Asking,
  outcome: Outcome,
): Promise<Result<Outcome, Refusal>> => {
  if (outcome.status === 'committed') return ok(outcome);
  const ended = await awaitEnd(deps, asking, outcome);
  if (!ended.ok) return ended;
  if (ended.value === null) return ok(outcome);
  const { failure, generation } = ended.value;
  return failure ? refuse(refusalOf(failure)) : ok({ ...outcome, status: 'committed', generation });
};

/** Waits for a test that somebody asked for; null where it takes longer. */
export const awaitTest = async (
  { vault, testWaitMs }: AwaitDeps,
  actor: Actor,
  { credentialId, testId }: { readonly credentialId: string; readonly testId: string },
): Promise<Result<TestView | null, Refusal>> => {
  const ended = await lookUntil(testWaitMs, async () => {
    const found = await vault.query('credential.tests', { actor, data: { credentialId } }).catch(unknownIfAway);
    return found.ok && found.value.open?.testId === testId ? null : found;
  });
  if (ended === null) return ok(null);
  if (!ended.ok) return ended;
  const test = doneOf(ended.value, testId);
  return test ? ok(test) : refuse({ code: 'test-unreachable', sentence: 'Another version became current before the test was done.' });
};

type GivenTest = { readonly status: 'tested' | 'testing'; readonly sentence: string | null };
type Given = { readonly credentialId: string; readonly version: number };

/**
 * Waits for the test of a value that was brought for a rotation. It is still `testing` where that takes longer, and where the provider can't be
 * asked: the rotation goes on trying, and `sentence` says why.
 */
export const awaitGivenValue = async (
  { vault, testWaitMs }: AwaitDeps,
  actor: Actor,
  { credentialId, version }: Given,
): Promise<Result<GivenTest, Refusal>> => {
  const test = await lookUntil(testWaitMs, async () => {
    const found = await vault.query('credential.tests', { actor, data: { credentialId } }).catch(unknownIfAway);
    if (!found.ok) return found;
    const done = found.value.items.find((one) => one.version === version && one.why === 'rotation');
    return done ? ok(done) : null;
  });
  if (test === null) return ok({ status: 'testing', sentence: null });
  if (!test.ok) return test;
  const { verdict, sentence, retryAfterSeconds } = test.value;
  if (saysNothing(verdict)) return ok({ status: 'testing', sentence });
  return verdict === 'valid'
    ? ok({ status: 'tested', sentence })
    : refuse(refusalOf({ code: `test-${verdict}`, sentence, retryAfterSeconds }));
};

const doneOf = ({ items }: TestList, testId: string): TestView | undefined => items.find((test) => test.testId === testId);
