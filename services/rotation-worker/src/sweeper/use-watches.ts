import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import type { OpenedFields } from '@keyturn/providers';
import type { IdleRow } from '../rotation/idle-row.ts';

/** What the sweeper has seen of a login over its rounds. */
export type UseWatch = {
  row?: IdleRow | undefined;
  /** Nobody gets in any more, and the row began after that. */
  isDenied?: boolean;
  /** What to look with, and how often that may still be done before it is asked for anew. */
  issuer?: { readonly fields: OpenedFields; looksLeft: number };
};

/** In memory: a worker that starts begins every row anew, which only takes longer. */
export type UseWatches = {
  readonly of: (candidate: UnsettledCandidate) => UseWatch;
  /** Forgets every other candidate. */
  readonly keepOnly: (candidates: readonly UnsettledCandidate[]) => void;
};

const keyOf = ({ credentialId, version, epoch, incarnation, issuerGeneration, providerId }: UnsettledCandidate): string =>
  JSON.stringify([credentialId, version, epoch, incarnation, issuerGeneration, providerId]);

export const createUseWatches = (): UseWatches => {
  const watches = new Map<string, UseWatch>();
  return {
    of: (candidate) => {
      const key = keyOf(candidate);
      const watch = watches.get(key) ?? {};
      watches.set(key, watch);
      return watch;
    },
    keepOnly: (candidates) => {
      const kept = new Set(candidates.map(keyOf));
      for (const key of watches.keys()) if (!kept.has(key)) watches.delete(key);
    },
  };
};
