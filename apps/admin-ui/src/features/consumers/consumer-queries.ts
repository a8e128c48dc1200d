import { ConsumerList } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';

/** Beats are not in the log, so no event tells of them; an instance beats every 10 s. */
const BEAT_MS = 5_000;

export const consumerQueries = {
  of: (credentialId: string) =>
    queryOptions({
      queryKey: credentialKeys.consumers(credentialId),
      queryFn: ({ signal }) => get(`/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/consumers`, ConsumerList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, BEAT_MS),
    }),
};
