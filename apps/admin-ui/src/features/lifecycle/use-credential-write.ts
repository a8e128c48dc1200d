import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';

/** A write about one credential. Until an answer came, the same ask again is the same request. */
export const useCredentialWrite = <Ask>(credentialId: string, perform: (ask: Ask, key: string) => Promise<unknown>, onDone: () => void) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: (ask: Ask) => perform(ask, key.of(JSON.stringify(ask))),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      onDone();
      await client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) });
      await client.invalidateQueries({ queryKey: credentialKeys.rotation(credentialId) });
      await client.invalidateQueries({ queryKey: credentialKeys.list() });
    },
  });
};
