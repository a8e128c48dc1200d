import { isUnanswered } from './problem-message.ts';

/**
 * A query's `refetchInterval`: so many milliseconds, but never for what nobody answered. That is read once somebody is there (`askAgain`): asked
 * in vain again and again, it would say in turn that nobody answers and that it is being read.
 */
export const readAgainIn = ({ data, error }: { readonly data: unknown; readonly error: unknown }, ms: number): number | false =>
  data === undefined && error !== null && isUnanswered(error) ? false : ms;
