import { Session } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { problemMessage } from './problem-message.ts';
import { readAgainIn } from './read-again-in.ts';
import { get } from './request.ts';

const key = ['session'] as const;

/** Who is signed in; `null` is nobody, which is an answer and no error. */
export const sessionQueries = {
  key,
  current: () =>
    queryOptions({
      queryKey: key,
      staleTime: 60_000,
      queryFn: async ({ signal }): Promise<Session | null> => {
        try {
          return await get('/api/v1/session', Session, { signal });
        } catch (error) {
          if (problemMessage(error).kind === 'signed-out') return null;
          throw error;
        }
      },
      refetchInterval: ({ state }) => readAgainIn(state, 5 * 60_000),
    }),
};
