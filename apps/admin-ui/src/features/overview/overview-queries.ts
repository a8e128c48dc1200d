import { CredentialList } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';

const LEVEL_MS = 30_000;

/** Below the list's key, which every event that could change them touches. */
const part = (name: string, query: Readonly<Record<string, string>>) =>
  queryOptions({
    queryKey: [...credentialKeys.list(), 'overview', name] as const,
    queryFn: ({ signal }) => get(`/api/v1/admin/credentials?${new URLSearchParams(query).toString()}`, CredentialList, { signal }),
    refetchInterval: LEVEL_MS,
  });

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

export const overviewQueries = {
  /** The 200 whose value or details changed last: all of them, in most installations. */
  changed: () => part('changed', { sort: 'updated', order: 'desc', limit: '200' }),
  expiring: (nowMs: number) =>
    part('expiring', { expiresBefore: new Date(nowMs + SOON_DAYS * DAY_MS).toISOString(), sort: 'expires', limit: '20' }),
  untested: () => part('untested', { untested: 'true', limit: '1' }),
  disabled: () => part('disabled', { status: 'disabled', limit: '20' }),
  deleting: () => part('deleting', { status: 'deleting', limit: '20' }),
  oldest: () => part('oldest', { sort: 'rotated', order: 'asc', limit: '20' }),
};
