import { QueryCache, QueryClient } from '@tanstack/react-query';
import { askAgain, whoIsDown } from './ask-again.ts';
import { isUnanswered, isWorthRetrying, problemMessage } from './problem-message.ts';
import { sessionQueries } from './session-queries.ts';

const RETRIES = 2;

/**
 * The page's copy of the server's state. A 401 from anywhere asks who is signed in, which shows the sign-in page. What nobody answered is read
 * again once somebody does.
 */
export const createQueryClient = (): QueryClient => {
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isUnanswered(error)) again();
        if (problemMessage(error).kind !== 'signed-out' || query.queryKey[0] === sessionQueries.key[0]) return;
        void client.invalidateQueries({ queryKey: sessionQueries.key });
      },
    }),
    defaultOptions: {
      // The browser's word on being online is about the internet; our gateway may be on this very machine.
      queries: { networkMode: 'always', staleTime: 5_000, retry: (failures, error) => failures < RETRIES && isWorthRetrying(error) },
      mutations: { networkMode: 'always', retry: false, gcTime: 0 },
    },
  });
  const again = askAgain(client, { whoIsDown, schedule: setTimeout });
  return client;
};
