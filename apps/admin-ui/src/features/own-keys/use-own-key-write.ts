import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { requestKey } from '../../shared/api/request-key.ts';
import { ownKeyQueries } from './own-key-queries.ts';

/** A write about one's own keys. Until an answer came, the same ask again is the same request. */
export const useOwnKeyWrite = <Ask, Done>(perform: (ask: Ask, key: string) => Promise<Done>, onDone: (done: Done, ask: Ask) => void) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: (ask: Ask) => perform(ask, key.of(JSON.stringify(ask))),
    onError: key.answered,
    onSuccess: async (done, ask) => {
      key.answered();
      await client.invalidateQueries({ queryKey: ownKeyQueries.all });
      onDone(done, ask);
    },
  });
};
