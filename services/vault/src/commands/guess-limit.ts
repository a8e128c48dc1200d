import type { Refusal } from '@keyturn/contracts';
import { type Clock, ok, refuse, type Result } from '@keyturn/kernel';

const MOST = 10;
const WINDOW_MS = 3_600_000;

/** A guess that is counted as wrong until it is known to be right. */
export type Guess = {
  /** It was right, or nothing was compared. */
  takeBack(): void;
};

export type GuessLimit = {
  /** Counts a value that is about to be compared, so that guesses at once are as few as guesses in turn; or how many seconds to wait. */
  begin(credentialId: string): Result<Guess, { readonly retryAfterSeconds: number }>;
};

/**
 * Compares under the limit. What is not wrong doesn't count, nor what came to nothing because of a fault.
 */
export const compareUnder = async <T>(
  guesses: GuessLimit,
  credentialId: string,
  { compare, isWrong }: { readonly compare: () => Promise<T>; readonly isWrong: (came: T) => boolean },
): Promise<Result<T, Extract<Refusal, { code: 'guesses-exhausted' }>>> => {
  const guess = guesses.begin(credentialId);
  if (!guess.ok) return refuse({ code: 'guesses-exhausted', ...guess.refusal });
  const came = await compare().catch((fault: unknown) => {
    guess.value.takeBack();
    throw fault;
  });
  if (!isWrong(came)) guess.value.takeBack();
  return ok(came);
};

/**
 * Holds guessing down: ten wrong values a credential and hour, whoever brings them; right ones don't count where they are
 * only verified. In memory, for each replica:
 * a restart forgets, but every wrong value is in the log.
 */
export const guessLimit = ({ clock }: { readonly clock: Clock }): GuessLimit => {
  const counted = new Map<string, readonly { readonly at: number }[]>();

  const keep = (credentialId: string, guesses: readonly { readonly at: number }[]): void => {
    if (guesses.length === 0) counted.delete(credentialId);
    else counted.set(credentialId, guesses);
  };

  return {
    begin: (credentialId) => {
      const now = clock.now().getTime();
      const recent = (counted.get(credentialId) ?? []).filter(({ at }) => at > now - WINDOW_MS);
      const [oldest] = recent;
      if (oldest && recent.length >= MOST) return refuse({ retryAfterSeconds: Math.ceil((oldest.at + WINDOW_MS - now) / 1000) });
      const guess = { at: now };
      keep(credentialId, [...recent, guess]);
      const takeBack = (): void =>
        keep(
          credentialId,
          (counted.get(credentialId) ?? []).filter((other) => other !== guess),
        );
      return ok({ takeBack });
    },
  };
};
