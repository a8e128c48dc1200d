import type { CredentialList, CredentialSummary, CredentialView, RotationSummary, Stats } from '@keyturn/contracts/api';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemMessage } from '../../shared/api/problem-message.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { now, thisHour } from '../../shared/time/clock.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import { rotationQueries } from '../rotation/rotation-queries.ts';
import type { Converged } from './convergence-chart.tsx';
import { byUrgency, needsOfFailed, needsOfLists, needsOfWaiting } from './needs.ts';
import type { Fallen, Need } from './needs.ts';
import { overviewQueries } from './overview-queries.ts';
import type { NeedName } from './overview-queries.ts';

/** Of so many failed runs it is looked whether they are the last. */
const MOST_READ = 24;
const MOST_BARS = 20;
const NEED_NAMES = ['waiting', 'refused', 'overdue', 'expiring', 'deleting', 'disabled', 'aged'] as const satisfies readonly NeedName[];

const convergedOf = (runs: readonly RotationSummary[]): readonly Converged[] =>
  runs
    .flatMap((run) => (run.convergenceMs === null ? [] : [{ ...run, convergenceMs: run.convergenceMs }]))
    .slice(0, MOST_BARS)
    .toReversed();

/** It is known, or was asked for in vain. */
const isAsked = ({ data, isFetchedAfterMount }: { readonly data: unknown; readonly isFetchedAfterMount: boolean }): boolean =>
  data !== undefined || isFetchedAfterMount;

/** The first of each credential, in order. */
const firstOfEach = (runs: readonly RotationSummary[]): readonly RotationSummary[] => [
  ...new Map(runs.toReversed().map((run) => [run.credentialId, run])).values(),
];

/** Of those that are read: what is gone needs nobody. */
const fallenOf = (
  run: RotationSummary,
  { data, error }: { readonly data: CredentialView | undefined; readonly error: unknown },
): readonly Fallen[] => {
  if (data !== undefined) return [{ run, credential: data }];
  return error === null || problemMessage(error).kind === 'missing' ? [] : [{ run, credential: null }];
};

/** What audit tells; null until it has, and where it doesn't answer. */
const useRuns = (heardOf: number) => {
  const [open, failed, done] = useQueries({
    queries: [overviewQueries.open(heardOf), overviewQueries.failed(heardOf), overviewQueries.done(heardOf)],
  });
  const flying = open.data?.items ?? [];
  const last = firstOfEach(failed.data?.items ?? [])
    .toReversed()
    .slice(0, MOST_READ);
  const { fallen, areFallenRead } = useQueries({
    queries: last.map(({ credentialId }) => credentialQueries.detail(credentialId)),
    combine: (results) => ({
      fallen: last.flatMap((run, index) => fallenOf(run, results[index] ?? { data: undefined, error: null })),
      areFallenRead: results.every(isAsked),
    }),
  });
  return {
    all: [open, failed, done],
    needs: failed.data === undefined ? null : needsOfFailed(fallen),
    areFallenRead,
    flying: open.data === undefined ? null : { runs: flying, hasMore: open.data.nextCursor !== null },
    converged: done.data === undefined ? null : convergedOf(done.data.items),
  };
};

/** Needs that a list has, and that are not among those shown. */
export type Unlisted = { readonly name: NeedName; readonly count: number };

const unlistedOf = (name: NeedName, page: CredentialList | undefined): readonly Unlisted[] =>
  page === undefined || page.total <= page.items.length ? [] : [{ name, count: page.total - page.items.length }];

/** What is null, audit would tell, which doesn't answer. */
export type Overview = {
  readonly needs: readonly Need[];
  /** Whether the rotations that failed are among the needs. */
  readonly hasFailed: boolean;
  readonly unlisted: readonly Unlisted[];
  readonly flying: { readonly runs: readonly RotationSummary[]; readonly hasMore: boolean } | null;
  readonly converged: readonly Converged[] | null;
  readonly stats: Stats | null;
};

const failedOf = (queries: ReadonlyArray<{ readonly data: unknown; readonly error: unknown }>): unknown =>
  queries.find(({ data, error }) => data === undefined && error !== null)?.error ?? null;

/** The runs for which a person is waited. Their list says so; each run, read by itself, only adds the details. */
const useWaiting = (credentials: readonly CredentialSummary[]): readonly Need[] => {
  const runs = useQueries({
    queries: credentials.flatMap(({ credentialId, attention }) =>
      attention?.epoch === undefined ? [] : [rotationQueries.run(credentialId, attention.epoch)],
    ),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
  return needsOfWaiting(credentials, runs);
};

/** The pages of what needs somebody, by name. */
const useNeeding = () => {
  const [hour] = useState(thisHour);
  const pages = useQueries({ queries: NEED_NAMES.map((name) => overviewQueries.needing(name, hour)) });
  const pageOf = (name: NeedName): CredentialList | undefined => pages[NEED_NAMES.indexOf(name)]?.data;
  const itemsOf = (name: NeedName): readonly CredentialSummary[] => pageOf(name)?.items ?? [];
  return { pages, itemsOf, unlisted: NEED_NAMES.flatMap((name) => unlistedOf(name, pageOf(name))) };
};

/** Everything that the overview shows; null until all of it is known, or was asked for in vain. */
export const useOverview = (heardOf: number) => {
  const [began] = useState(now);
  const runs = useRuns(heardOf);
  const stats = useQuery(overviewQueries.stats());
  const { pages: lists, itemsOf, unlisted } = useNeeding();
  const needsOfRuns = useWaiting(itemsOf('waiting'));
  const told = [...runs.all, stats];
  // It neither comes bit by bit, nor goes as a whole while something is asked for again.
  const isKnown = useWasEver(lists.every(({ data }) => data !== undefined) && told.every(isAsked) && runs.areFallenRead);
  const needs = byUrgency([...needsOfRuns, ...(runs.needs ?? []), ...needsOfLists(itemsOf, began)]);
  const overview: Overview | null = isKnown
    ? { needs, hasFailed: runs.needs !== null, unlisted, flying: runs.flying, converged: runs.converged, stats: stats.data ?? null }
    : null;
  return { overview, error: failedOf(lists), retry: () => void Promise.all([...lists, ...told].map((query) => query.refetch())) };
};
