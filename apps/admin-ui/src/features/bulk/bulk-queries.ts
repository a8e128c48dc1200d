import {
  BulkCredentialsAnswer,
  BulkRotationList,
  BulkRotationStanding,
  BulkRotationStarted,
  BulkRotationView,
  CredentialList,
} from '@keyturn/contracts/api';
import type { BulkCredentialsBody, BulkMemberStatus, BulkMemberView, BulkRotationBody, BulkRotationSummary } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { bulkKey, credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post } from '../../shared/api/request.ts';
import { STANDINGS } from './bulk-words.ts';
import { readUpTo } from './read-up-to.ts';

const PATH = '/api/v1/admin/rotations/bulk';
const LEVEL_MS = 15_000;
/** So many are read at once; of more than that, so many of each standing. */
const WHOLE = 100;
/** So many more of a standing are read where somebody wants to see more. */
export const MORE = 200;
/** So many are named of those that would be taken. */
export const NAMED = 8;

const of = (bulkId: string): string => `${PATH}/${encodeURIComponent(bulkId)}`;

/** A bulk rotation with its members by how they stand; of a large one the first of each. */
export type Board = {
  readonly run: BulkRotationSummary;
  readonly members: Readonly<Record<BulkMemberStatus, readonly BulkMemberView[]>>;
};

/** How many are wanted of a standing of which somebody wanted to see more. */
export type Wanted = Partial<Record<BulkMemberStatus, number>>;

export const withMore = (wanted: Wanted, standing: BulkMemberStatus): Wanted => ({
  ...wanted,
  [standing]: (wanted[standing] ?? WHOLE) + MORE,
});

const readBoard = async (bulkId: string, wanted: Wanted, signal: AbortSignal): Promise<Board> => {
  const page = (query: Readonly<Record<string, string>>) =>
    get(`${of(bulkId)}?${new URLSearchParams({ limit: String(WHOLE), ...query }).toString()}`, BulkRotationView, { signal });
  const run = await page({});
  const those = async (member: BulkMemberStatus): Promise<readonly BulkMemberView[]> => {
    if (run.nextCursor === null) return run.members.filter(({ status }) => status === member);
    if (run.counts[member] === 0) return [];
    return readUpTo(wanted[member] ?? WHOLE, async (limit, cursor) => {
      const { members, nextCursor } = await page({ member, limit: String(limit), ...(cursor === null ? {} : { cursor }) });
      return { items: members, nextCursor };
    });
  };
  const [waiting = [], running = [], completed = [], failed = [], skipped = [], cancelled = []] = await Promise.all(STANDINGS.map(those));
  return { run, members: { waiting, running, completed, failed, skipped, cancelled } };
};

/** Which credentials are meant: all that fit. */
export type Filter = { readonly service?: string; readonly credentialType?: string; readonly tag?: string };

export const bulkQueries = {
  list: () =>
    queryOptions({
      queryKey: [...bulkKey, 'list'] as const,
      queryFn: ({ signal }) => get(PATH, BulkRotationList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  board: (bulkId: string, wanted: Wanted) =>
    queryOptions<Board>({
      queryKey: [...bulkKey, bulkId, wanted],
      queryFn: ({ signal }) => readBoard(bulkId, wanted, signal),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  /** Who would be taken now: what a bulk rotation selects is what the list finds of the system. */
  wouldTake: (filter: Filter) =>
    queryOptions({
      queryKey: [...credentialKeys.list(), 'would-take', filter] as const,
      queryFn: ({ signal }) => {
        const query = new URLSearchParams({ scope: 'system', limit: String(NAMED), ...filter });
        return get(`/api/v1/admin/credentials?${query.toString()}`, CredentialList, { signal });
      },
    }),
};

/** What a person writes; the vault fills in the rest. */
export type BulkWish = z.input<typeof BulkRotationBody>;

export const startBulk = (body: BulkWish, idempotencyKey: string): Promise<BulkRotationStarted> =>
  post(PATH, { body, idempotencyKey }, BulkRotationStarted);

type Change = { readonly bulkId: string; readonly verb: 'pause' | 'resume' | 'cancel'; readonly reason?: string };

export const changeBulk = ({ bulkId, verb, reason }: Change, idempotencyKey: string): Promise<BulkRotationStanding> =>
  post(`${of(bulkId)}/${verb}`, { body: reason === undefined ? {} : { reason }, idempotencyKey }, BulkRotationStanding);

export const changeMany = (body: BulkCredentialsBody, idempotencyKey: string): Promise<BulkCredentialsAnswer> =>
  post('/api/v1/admin/credentials/bulk', { body, idempotencyKey }, BulkCredentialsAnswer);
