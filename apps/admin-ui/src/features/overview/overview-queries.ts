import { CredentialList, RotationPage, Stats } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';
import { OLD_DAYS } from './age.ts';

const LEVEL_MS = 30_000;
/** While what was heard of has not come to audit yet. */
const BEHIND_MS = 1_000;
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Below the list's key, which every event that could change them touches. */
const part = <Answer>(name: string, path: string, query: Readonly<Record<string, string>>, answer: z.ZodType<Answer>) =>
  queryOptions({
    queryKey: [...credentialKeys.list(), 'overview', name] as const,
    queryFn: ({ signal }) => get(`${path}?${new URLSearchParams(query).toString()}`, answer, { signal }),
    refetchInterval: LEVEL_MS,
  });

/** Of the system's credentials: people's own keys are theirs to look after. */
const some = (name: string, query: Readonly<Record<string, string>>) =>
  part(name, '/api/v1/admin/credentials', { scope: 'system', limit: '20', ...query }, CredentialList);

/** Told by audit, which comes to each event a moment after the vault: `heardOf` is how far it must have come. */
const runs = (name: string, query: Readonly<Record<string, string>>, heardOf: number) => ({
  ...part(`runs-${name}`, '/api/v1/rotations', query, RotationPage),
  refetchInterval: ({ state }: { readonly state: { readonly data: RotationPage | undefined } }) =>
    state.data !== undefined && state.data.projectedTo < heardOf ? BEHIND_MS : LEVEL_MS,
});

const dayBefore = (nowMs: number, days: number): string => new Date(nowMs - days * DAY_MS).toISOString();

export const overviewQueries = {
  stats: () => part('stats', '/api/v1/stats', {}, Stats),
  waiting: () => some('waiting', { needsAttention: 'true' }),
  expiring: (nowMs: number) => some('expiring', { expiresBefore: dayBefore(nowMs, -SOON_DAYS), sort: 'expires' }),
  refused: () => some('refused', { refused: 'true' }),
  disabled: () => some('disabled', { status: 'disabled' }),
  deleting: () => some('deleting', { status: 'deleting' }),
  aged: (nowMs: number) => some('aged', { valueBefore: dayBefore(nowMs, OLD_DAYS), sort: 'rotated' }),
  open: (heardOf: number) => runs('open', { status: 'open', limit: '200' }, heardOf),
  failed: (heardOf: number) => runs('failed', { status: 'failed', limit: '60' }, heardOf),
  done: (heardOf: number) => runs('done', { status: 'completed', limit: '60' }, heardOf),
};
