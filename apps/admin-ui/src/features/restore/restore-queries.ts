import { RestoreStatus } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';

const HELD_LOOK_MS = 3_000;
const LOOK_MS = 60_000;

export const restoreQueries = {
  /** Whether the vault holds something back after a restore, and what it waits for. */
  status: () =>
    queryOptions({
      queryKey: ['restore', 'status'] as const,
      queryFn: ({ signal }) => get('/api/v1/admin/restore', RestoreStatus, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, state.data?.restore?.status === 'held' ? HELD_LOOK_MS : LOOK_MS),
    }),
};
