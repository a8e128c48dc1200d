import type { NextStep } from '@keyturn/contracts/queries';
import type { Rotation } from './rotation.ts';

/** What doesn't go on without a call of the provider. A watch does: a sample that has no turn is left out. */
const CALLS: ReadonlySet<NextStep['step']> = new Set(['stage', 'apply', 'test', 'deny-logins', 'erase']);

/** Until when the provider takes no calls, where the step needs one; null once that is over. */
export const throttledSentence = ({ step }: Pick<NextStep, 'step'>, { throttled }: Rotation, now: string): string | null =>
  throttled === null || !CALLS.has(step) || Date.parse(throttled.until) <= Date.parse(now)
    ? null
    : `Waiting until ${throttled.until.slice(11, 19)} UTC: ${throttled.sentence}`;
