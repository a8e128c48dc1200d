import { CredentialList, RotationPage, Stats } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';
import { listQuery } from '../credentials/list-search.ts';
import type { ListSearch } from '../credentials/list-search.ts';
import { OLD_DAYS } from './age.ts';

const LEVEL_MS = 30_000;
/** While what was heard of has not come to audit yet. */
const BEHIND_MS = 1_000;
const SOON_DAYS = 30;

/** Below the list's key, which every event that could change them touches. */
const part = <Answer>(name: string, path: string, query: Readonly<Record<string, string>>, answer: z.ZodType<Answer>) =>
  queryOptions({
    queryKey: [...credentialKeys.list(), 'overview', name] as const,
    queryFn: ({ signal }) => get(`${path}?${new URLSearchParams(query).toString()}`, answer, { signal }),
    refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
  });

/** What needs somebody, as searches of the list, so that either shows the same. Of the system: people's own keys are theirs to look after. */
export const NEED_SEARCHES = {
  waiting: { scope: 'system', needs: true },
  refused: { scope: 'system', refused: true },
  overdue: { scope: 'system', overdue: true },
  expiring: { scope: 'system', expiresIn: SOON_DAYS, sort: 'expires' },
  deleting: { scope: 'system', status: 'deleting' },
  disabled: { scope: 'system', status: 'disabled' },
  aged: { scope: 'system', olderThan: OLD_DAYS, sort: 'rotated' },
} as const satisfies Record<string, ListSearch>;
export type NeedName = keyof typeof NEED_SEARCHES;

/** Told by audit, which comes to each event a moment after the vault: `heardOf` is how far it must have come. */
const runs = (name: string, query: Readonly<Record<string, string>>, heardOf: number) => ({
  ...part(`runs-${name}`, '/api/v1/rotations', query, RotationPage),
  refetchInterval: ({ state }: { readonly state: { readonly data: RotationPage | undefined; readonly error: unknown } }) =>
    readAgainIn(state, state.data !== undefined && state.data.projectedTo < heardOf ? BEHIND_MS : LEVEL_MS),
});

export const overviewQueries = {
  stats: () => part('stats', '/api/v1/stats', {}, Stats),
  needing: (name: NeedName, atMs: number) =>
    part(name, '/api/v1/admin/credentials', { limit: '20', ...listQuery(NEED_SEARCHES[name], atMs) }, CredentialList),
  open: (heardOf: number) => runs('open', { status: 'open', limit: '200' }, heardOf),
  failed: (heardOf: number) => runs('failed', { status: 'failed', limit: '60' }, heardOf),
  done: (heardOf: number) => runs('done', { status: 'completed', limit: '60' }, heardOf),
};
