import { ApiTokenList, IssuedToken, RegisteredConsumerList } from '@keyturn/contracts/api';
import type { IssueTokenBody, RegisterConsumerBody } from '@keyturn/contracts/api';
import { RegisteredConsumer } from '@keyturn/contracts/queries';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { registeredConsumersKey } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post, write } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/consumers';
const of = (consumer: string): string => `${PATH}/${encodeURIComponent(consumer)}`;
/** That a token was used is in no event. */
const LEVEL_MS = 15_000;

export const registeredQueries = {
  list: () =>
    queryOptions({
      queryKey: [...registeredConsumersKey, 'list'] as const,
      queryFn: ({ signal }) => get(PATH, RegisteredConsumerList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  one: (consumer: string) =>
    queryOptions({
      queryKey: [...registeredConsumersKey, 'one', consumer] as const,
      queryFn: ({ signal }) => get(of(consumer), RegisteredConsumer, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  tokens: (consumer: string) =>
    queryOptions({
      queryKey: [...registeredConsumersKey, 'tokens', consumer] as const,
      queryFn: ({ signal }) => get(`${of(consumer)}/tokens`, ApiTokenList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};

type Put = { readonly body: RegisterConsumerBody; readonly idempotencyKey: string; readonly revision: string };

/** `revision`: as it was when the person began; `none` where they register a new one. */
export const putConsumer = (consumer: string, put: Put): Promise<unknown> =>
  write('PUT', of(consumer), put, z.object({ consumer: z.string() }));

/** Called directly, never through a query or a mutation: their caches would keep the token. */
export const issueToken = (consumer: string, body: IssueTokenBody, idempotencyKey: string): Promise<IssuedToken> =>
  post(`${of(consumer)}/tokens`, { body, idempotencyKey }, IssuedToken);

export const revokeToken = (consumer: string, tokenId: string, idempotencyKey: string): Promise<unknown> =>
  write('DELETE', `${of(consumer)}/tokens/${encodeURIComponent(tokenId)}`, { body: {}, idempotencyKey }, z.undefined());
