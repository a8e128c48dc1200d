import { AccessLog, AccessPage, AuditEntryPage } from '@keyturn/contracts/api';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';

const START = '';
/** Entries come with every event, and the log has many: they are read at this beat. */
const LEVEL_MS = 10_000;
const root = 'audit-log';

/** What the page's address holds; what is absent isn't looked at. */
export type AuditSearch = {
  readonly text?: string;
  readonly person?: string;
  readonly consumer?: string;
  readonly from?: string;
  readonly to?: string;
};

type Paged = { readonly nextCursor: string | null };

const searching = <Page extends Paged>(what: 'entries' | 'access', answer: z.ZodType<Page>, search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: [root, what, search] as const,
    initialPageParam: START,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50', ...search, ...(pageParam === START ? {} : { cursor: pageParam }) });
      return get(`/api/v1/audit/${what}?${query.toString()}`, answer, { signal });
    },
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
  });

export const auditLogQueries = {
  entries: (search: AuditSearch) => searching('entries', AuditEntryPage, search),
  access: (search: AuditSearch) => searching('access', AccessPage, search),
  /** Of one credential, for everybody who may read it. */
  ofCredential: (credentialId: string) =>
    infiniteQueryOptions({
      queryKey: [...credentialKeys.timeline(credentialId), 'access'] as const,
      initialPageParam: 0,
      queryFn: ({ pageParam, signal }) => {
        const query = new URLSearchParams({ limit: '50', ...(pageParam === 0 ? {} : { before: String(pageParam) }) });
        return get(`/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/access-log?${query.toString()}`, AccessLog, { signal });
      },
      getNextPageParam: (page) => page.nextBefore,
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};
