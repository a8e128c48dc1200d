import { CredentialList, CredentialView } from '@keyturn/contracts/api';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/credentials';
const PAGE = 50;
/** Events come at once; this only bounds how long a lost one could go unseen. */
const LEVEL_MS = 30_000;

/** A cursor that is none: the first page. */
const START = '';

const listPath = (search: string, cursor: string): string => {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (search !== '') query.set('search', search);
  if (cursor !== START) query.set('cursor', cursor);
  return `${PATH}?${query.toString()}`;
};

export const credentialQueries = {
  list: (search: string) =>
    infiniteQueryOptions({
      queryKey: credentialKeys.list(search),
      initialPageParam: START,
      queryFn: ({ pageParam, signal }) => get(listPath(search, pageParam), CredentialList, { signal }),
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
      refetchInterval: LEVEL_MS,
    }),
  /** A few credentials to choose from, by a part of their address. */
  choices: (search: string) =>
    queryOptions({
      queryKey: [...credentialKeys.list(), 'choices', search] as const,
      queryFn: ({ signal }) => get(`${PATH}?${new URLSearchParams({ limit: '20', search }).toString()}`, CredentialList, { signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (credentialId: string) =>
    queryOptions({
      queryKey: credentialKeys.detail(credentialId),
      queryFn: ({ signal }) => get(`${PATH}/${encodeURIComponent(credentialId)}`, CredentialView, { signal }),
      refetchInterval: LEVEL_MS,
    }),
};
