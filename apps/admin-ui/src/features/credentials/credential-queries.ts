import { CredentialList, CredentialView, RegisteredCredential } from '@keyturn/contracts/api';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get, post } from '../../shared/api/request.ts';

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
  detail: (credentialId: string) =>
    queryOptions({
      queryKey: credentialKeys.detail(credentialId),
      queryFn: ({ signal }) => get(`${PATH}/${encodeURIComponent(credentialId)}`, CredentialView, { signal }),
      refetchInterval: LEVEL_MS,
    }),
};

/** Sends a new credential. Called directly, never through a mutation: the cache of mutations would keep the secret. */
export const registerCredential = (body: RegisterCredentialBody, idempotencyKey: string): Promise<RegisteredCredential> =>
  post(PATH, { body, idempotencyKey }, RegisteredCredential);
