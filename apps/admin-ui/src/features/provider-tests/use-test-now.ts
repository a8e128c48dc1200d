import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { requestTest } from './test-queries.ts';

/** Asks for a test now; what comes of it joins the list, and whatever else is shown of the credential. */
export const useTestNow = (credentialId: string) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: () => requestTest(credentialId, key.of(credentialId)),
    onError: key.answered,
    onSuccess: () => {
      key.answered();
      return client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) });
    },
  });
};
