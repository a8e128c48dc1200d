import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import type { Clock } from '@keyturn/kernel';

export type SettlePaceSettings = { readonly firstMs: number; readonly longestMs: number; readonly clock: Clock };

/** Slows the tries to settle what can't be settled: each one is a recorded reveal, and a login at the provider. */
export type SettlePace = {
  readonly isDue: (candidate: UnsettledCandidate) => boolean;
  readonly failed: (candidate: UnsettledCandidate) => void;
  /** Forgets every other candidate. */
  readonly keepOnly: (candidates: readonly UnsettledCandidate[]) => void;
};

type Pace = { readonly stands: string; readonly pauseMs: number; readonly dueAt: number };

/** What was owed for eight hours is tried at once by a worker that has just started, and then no sooner than after an hour. */
const SHARE_OF_AGE = 8;

const keyOf = ({ credentialId, version }: UnsettledCandidate): string => `${credentialId}/${version}`;

/** All that could make another try end otherwise; how long it is owed is not of it. */
const standingOf = ({ owedForMs: _owedForMs, ...stands }: UnsettledCandidate): string => JSON.stringify(stands);

/** Twice as long after each failure, from `firstMs` to `longestMs`; at once again where something about the candidate has changed. */
export const createSettlePace = ({ firstMs, longestMs, clock }: SettlePaceSettings): SettlePace => {
  const paces = new Map<string, Pace>();
  const now = (): number => clock.now().getTime();
  const known = (candidate: UnsettledCandidate): Pace | undefined => {
    const pace = paces.get(keyOf(candidate));
    return pace?.stands === standingOf(candidate) ? pace : undefined;
  };
  return {
    // A clock that was set back makes nobody wait longer than the longest pause.
    isDue: (candidate) => {
      const left = (known(candidate)?.dueAt ?? 0) - now();
      return left <= 0 || left > longestMs;
    },
    failed: (candidate) => {
      const before = known(candidate);
      const wanted = before ? before.pauseMs * 2 : (candidate.owedForMs ?? 0) / SHARE_OF_AGE;
      const pauseMs = Math.min(longestMs, Math.max(firstMs, wanted));
      paces.set(keyOf(candidate), { stands: standingOf(candidate), pauseMs, dueAt: now() + pauseMs });
    },
    keepOnly: (candidates) => {
      const kept = new Set(candidates.map(keyOf));
      for (const key of paces.keys()) if (!kept.has(key)) paces.delete(key);
    },
  };
};
