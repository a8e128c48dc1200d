import { type EdgeCode, problemResponse, waitResponse } from '../problems.ts';
import type { GuessLockout } from './guess-lockout.ts';

type Guess = { readonly ip: string | undefined; readonly requestId: string };

/**
 * Counts a token that was not good, and answers it. A signed token can't be guessed, so a good one passes; who brings bad ones is told to
 * wait, and nothing more.
 */
export const refuseGuess = (guesses: GuessLockout, { ip, requestId }: Guess, code: EdgeCode = 'token-invalid'): Response => {
  const wait = guesses.secondsToWait(ip, '');
  guesses.missed(ip);
  return wait === 0 ? problemResponse(code, requestId) : waitResponse('too-many-guesses', requestId, wait);
};
