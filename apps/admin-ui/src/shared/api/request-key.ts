import { newId } from '../time/clock.ts';
import { isWorthRetrying } from './problem-message.ts';

/** Keeps the idempotency key of a write: until an answer came, asking the same again is the same request. */
export const requestKey = (make: () => string = newId) => {
  let last: { readonly ask: string; readonly key: string } | null = null;
  return {
    of: (ask: string): string => {
      if (last?.ask !== ask) last = { ask, key: make() };
      return last.key;
    },
    /** An answer came, or none. A no is remembered under its key, so asking again after it is a new request. */
    answered: (error?: unknown): void => {
      if (error === undefined || !isWorthRetrying(error)) last = null;
    },
  };
};
