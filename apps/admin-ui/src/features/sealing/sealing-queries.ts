import { SealingKeys } from '@keyturn/contracts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../shared/api/request.ts';

/** The vault's public keys; fresh enough that one which has ended isn't sealed to. */
export const sealingQueries = {
  key: ['sealing-keys'] as const,
  keys: () =>
    queryOptions({
      queryKey: ['sealing-keys'] as const,
      queryFn: ({ signal }) => get('/api/v1/sealing-keys', SealingKeys, { signal }),
      staleTime: 60_000,
    }),
};
