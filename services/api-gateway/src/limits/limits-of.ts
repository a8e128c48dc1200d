import type { Clock } from '@keyturn/kernel';
import { type GuessLockout, guessLockout } from './guess-lockout.ts';
import { type RequestLimit, requestLimit } from './request-limit.ts';

type Limits = { readonly requestLimit: RequestLimit; readonly guesses: GuessLockout };

/** What holds down who asks too much, or tries tokens. */
export const limitsOf = ({ requestsPerMinute, clock }: { readonly requestsPerMinute: number; readonly clock: Clock }): Limits => ({
  requestLimit: requestLimit({ perMinute: requestsPerMinute, clock }),
  guesses: guessLockout({ clock }),
});
