import type { Clock } from '@keyturn/kernel';

const MOST = 10;
const WINDOW_MS = 3_600_000;

export type GuessLimit = {
  /** Seconds to wait before another value may be brought for this credential; 0: now. */
  secondsToWait(credentialId: string): number;
  /** A value was brought that it is not. */
  missed(credentialId: string): void;
};

/**
 * Holds guessing down: ten wrong values a credential and hour, whoever brings them; right ones don't count. In memory, for each replica:
 * a restart forgets, but every wrong value is in the log.
 */
export const guessLimit = ({ clock }: { readonly clock: Clock }): GuessLimit => {
  const missed = new Map<string, number[]>();

  const recent = (credentialId: string): number[] => {
    const since = clock.now().getTime() - WINDOW_MS;
    const times = (missed.get(credentialId) ?? []).filter((time) => time > since);
    if (times.length === 0) missed.delete(credentialId);
    else missed.set(credentialId, times);
    return times;
  };

  return {
    secondsToWait: (credentialId) => {
      const times = recent(credentialId);
      const [oldest] = times;
      if (times.length < MOST || oldest === undefined) return 0;
      return Math.ceil((oldest + WINDOW_MS - clock.now().getTime()) / 1000);
    },
    missed: (credentialId) => void missed.set(credentialId, [...recent(credentialId), clock.now().getTime()]),
  };
};
