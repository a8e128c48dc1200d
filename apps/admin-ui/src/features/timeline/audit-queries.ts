import { AuditStatus } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get } from '../../shared/api/request.ts';

const LOOK_MS = 30_000;

export const auditQueries = {
  /** What audit has to say of the log and of itself. */
  status: () =>
    queryOptions({
      queryKey: ['audit', 'status'] as const,
      queryFn: ({ signal }) => get('/api/v1/audit/status', AuditStatus, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LOOK_MS),
    }),
};
