import { CredentialList, CredentialView } from '@keyturn/contracts/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/credentials';
export const PAGE = 100;
/** Events come at once; this only bounds how long a lost one could go unseen. */
const LEVEL_MS = 30_000;

const pagePath = (query: Readonly<Record<string, string>>, cursor: string): string =>
  `${PATH}?${new URLSearchParams({ limit: String(PAGE), ...query, ...(cursor === '' ? {} : { cursor }) }).toString()}`;

export const credentialQueries = {
  /** One page of the list, by where it begins; each is kept true by itself, so a long list costs no more than what is in sight. */
  page: (query: Readonly<Record<string, string>>, cursor: string) =>
    queryOptions({
      queryKey: [...credentialKeys.list(), query, cursor] as const,
      queryFn: ({ signal }) => get(pagePath(query, cursor), CredentialList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
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
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};
