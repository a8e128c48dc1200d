import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';

/** A write about many credentials. Until an answer came, the same ask again is the same request. */
export const useBulkWrite = <Ask, Done>(
  perform: (ask: Ask, key: string) => Promise<Done>,
  onDone: (done: Done) => void = () => undefined,
) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: (ask: Ask) => perform(ask, key.of(JSON.stringify(ask))),
    onError: key.answered,
    onSuccess: async (done) => {
      key.answered();
      onDone(done);
      await client.invalidateQueries({ queryKey: credentialKeys.all });
    },
  });
};
