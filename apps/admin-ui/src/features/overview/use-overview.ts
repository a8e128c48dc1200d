import type { CredentialSummary, CredentialView } from '@keyturn/contracts/api';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { now } from '../../shared/time/clock.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import type { Converged } from './convergence-chart.tsx';
import { byUrgency, needsOfLists, needsOfView } from './needs.ts';
import type { Need } from './needs.ts';
import { overviewQueries } from './overview-queries.ts';

/** Whose runs are read: those that rotate now, and those that did last. */
const MOST_RUNS = 12;
const MOST_BARS = 20;

const lastRotated = (credentials: readonly CredentialSummary[]): readonly CredentialSummary[] =>
  credentials
    .filter(({ openEpoch, lastRotatedAt }) => openEpoch === null && lastRotatedAt !== null)
    .toSorted((one, other) => (other.lastRotatedAt ?? '').localeCompare(one.lastRotatedAt ?? ''));

const convergedOf = (views: readonly CredentialView[]): readonly Converged[] =>
  views
    .flatMap(({ rotations }) => rotations)
    .flatMap((run) => (run.convergenceMs === null ? [] : [{ ...run, convergenceMs: run.convergenceMs }]))
    .toSorted((one, other) => one.requestedAt.localeCompare(other.requestedAt))
    .slice(-MOST_BARS);

export type Overview = {
  readonly needs: readonly Need[];
  /** How many values are in use without a test. */
  readonly untested: number;
  readonly flying: readonly CredentialSummary[];
  readonly runs: readonly Converged[];
  readonly known: readonly CredentialSummary[];
  /** `known` is all that there is. */
  readonly isAll: boolean;
};

/** Everything that the overview shows; null until it is known. */
export const useOverview = () => {
  const [began] = useState(now);
  const changed = useQuery(overviewQueries.changed());
  const known = changed.data?.items ?? [];
  const flying = known.filter(({ openEpoch }) => openEpoch !== null);
  const watched = [...flying, ...lastRotated(known)].slice(0, MOST_RUNS);
  const views = useQueries({
    queries: watched.map(({ credentialId }) => credentialQueries.detail(credentialId)),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
  const [expiring, untested, disabled, deleting, oldest] = useQueries({
    queries: [
      overviewQueries.expiring(began),
      overviewQueries.untested(),
      overviewQueries.disabled(),
      overviewQueries.deleting(),
      overviewQueries.oldest(),
    ],
  });
  const all = [changed, expiring, untested, disabled, deleting, oldest];
  const lists = {
    expiring: expiring.data?.items ?? [],
    disabled: disabled.data?.items ?? [],
    deleting: deleting.data?.items ?? [],
    aged: [...new Map([...(oldest.data?.items ?? []), ...known].map((credential) => [credential.credentialId, credential])).values()],
  };
  const error = all.find((query) => query.data === undefined && query.error !== null)?.error ?? null;
  const isKnown = all.every(({ data }) => data !== undefined);
  const needs = byUrgency([...views.flatMap(needsOfView), ...needsOfLists(lists, began)]);
  const overview: Overview | null = isKnown
    ? { needs, untested: untested.data?.total ?? 0, flying, runs: convergedOf(views), known, isAll: changed.data?.nextCursor === null }
    : null;
  return { overview, error, retry: () => void Promise.all(all.map((query) => query.refetch())) };
};
