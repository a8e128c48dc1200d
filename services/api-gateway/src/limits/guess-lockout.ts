import { createHash } from 'node:crypto';
import { type Clock, recentMap } from '@keyturn/kernel';

/** Holds down who tries tokens until one is good. */
export interface GuessLockout {
  /** Seconds that whoever is at this address has to wait before a token that isn't known to be good is looked at; 0: none. */
  secondsToWait(ip: string | undefined, token: string): number;
  /** A token from there was not good. */
  missed(ip: string | undefined): void;
  /** This one was: it passes through a lockout for an hour, so one guesser behind a proxy doesn't lock out all who are. */
  proved(token: string): void;
}

export const MOST_GUESSES = 100;
export const WINDOW_MS = 60_000;
const KNOWN_MS = 3_600_000;
const MOST_KEPT = 10_000;

type Missed = { readonly since: number; readonly count: number };

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/** A hundred bad tokens a minute and address; the rest of that minute it is locked out. In memory, for each gateway; hashes, not tokens. */
export const guessLockout = ({ clock }: { readonly clock: Clock }): GuessLockout => {
  const missed = recentMap<string, Missed>(MOST_KEPT);
  const known = recentMap<string, number>(MOST_KEPT);
  const recent = (ip: string, now: number): Missed => {
    const found = missed.get(ip);
    return found && now - found.since < WINDOW_MS ? found : { since: now, count: 0 };
  };
  return {
    secondsToWait: (ip = 'unknown', token) => {
      const now = clock.now().getTime();
      const { since, count } = recent(ip, now);
      if (count < MOST_GUESSES || now < (known.get(hashOf(token)) ?? 0)) return 0;
      return Math.ceil((since + WINDOW_MS - now) / 1000);
    },
    missed: (ip = 'unknown') => {
      const { since, count } = recent(ip, clock.now().getTime());
      missed.set(ip, { since, count: count + 1 });
    },
    proved: (token) => known.set(hashOf(token), clock.now().getTime() + KNOWN_MS),
  };
};
