import { ByokKeyDeleted, ByokKeyList, ByokKeyRevealed, ByokKeySaved, ByokProviderList, ByokTestResult } from '@keyturn/contracts/api';
import type { AddByokKeyBody, ByokKey, ChangeByokKeyBody } from '@keyturn/contracts/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post, write } from '../../shared/api/request.ts';
import { newId } from '../../shared/time/clock.ts';
import { revealSealed } from '../lifecycle/lifecycle-queries.ts';

const PATH = '/api/v1/byok';
const START = '';
const LEVEL_MS = 10_000;
/** While a test is open its end is what the page waits for. */
const TESTING_MS = 1_500;

const root = 'own-keys';

const pagePath = (cursor: string): string =>
  `${PATH}/keys?${new URLSearchParams({ limit: '50', ...(cursor === START ? {} : { cursor }) }).toString()}`;

/** One's own keys are read again and again: the end of a test, and their use, are told by no event that this page hears. */
export const ownKeyQueries = {
  all: [root] as const,
  list: () =>
    infiniteQueryOptions({
      queryKey: [root, 'list'] as const,
      initialPageParam: START,
      queryFn: ({ pageParam, signal }) => get(pagePath(pageParam), ByokKeyList, { signal }),
      getNextPageParam: (page) => page.next_cursor,
      refetchInterval: ({ state }) =>
        readAgainIn(
          state,
          state.data?.pages.some(({ keys }) => keys.some((key) => key.test_status === 'testing')) === true ? TESTING_MS : LEVEL_MS,
        ),
    }),
  providers: () =>
    queryOptions({
      queryKey: [root, 'providers'] as const,
      queryFn: ({ signal }) => get(`${PATH}/providers`, ByokProviderList, { signal }),
      staleTime: 60_000,
    }),
};

type Named = Pick<ByokKey, 'provider' | 'key_id'>;
const of = ({ provider, key_id }: Named, before = ''): string =>
  `${PATH}/keys/${before}${encodeURIComponent(provider)}?key_id=${encodeURIComponent(key_id)}`;

export const addOwnKey = (body: AddByokKeyBody, idempotencyKey: string): Promise<ByokKeySaved> =>
  post(`${PATH}/keys/add`, { body, idempotencyKey }, ByokKeySaved);

export const changeOwnKey = (key: Named, body: ChangeByokKeyBody, idempotencyKey: string): Promise<ByokKeySaved> =>
  write('PATCH', of(key), { body, idempotencyKey }, ByokKeySaved);

export const deleteOwnKey = (key: Named, idempotencyKey: string): Promise<ByokKeyDeleted> =>
  write('DELETE', of(key), { body: {}, idempotencyKey }, ByokKeyDeleted);

export const testOwnKey = (key: Named, idempotencyKey: string): Promise<ByokTestResult> =>
  post(of(key, 'test/'), { body: {}, idempotencyKey }, ByokTestResult);

/** Recorded as any reveal is; the key is sealed to this page. */
export const revealOwnKey = (key: Named, reason: string): Promise<Readonly<Record<string, string>> | null> =>
  revealSealed((recipientKey) =>
    post(of(key, 'reveal/'), { body: { reason, recipient_key: recipientKey }, idempotencyKey: newId() }, ByokKeyRevealed),
  );
