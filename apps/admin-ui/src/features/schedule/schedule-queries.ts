import { ScheduleView } from '@keyturn/contracts/api';
import type { CredentialView, ScheduleBody } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, write } from '../../shared/api/request.ts';

const LEVEL_MS = 30_000;
const of = (credentialId: string): string => `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/schedule`;

export const scheduleQueries = {
  /** Below the detail's key, which a schedule's events touch. */
  of: (credentialId: string) =>
    queryOptions({
      queryKey: [...credentialKeys.detail(credentialId), 'schedule'] as const,
      queryFn: ({ signal }) => get(of(credentialId), ScheduleView, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};

type Seen = Pick<CredentialView, 'credentialId' | 'revision'>;
export type ScheduleWish = z.input<typeof ScheduleBody>;

/** Sets it; refused where somebody changed the credential since it was seen. */
export const changeSchedule = ({ credentialId, revision }: Seen, body: ScheduleWish, idempotencyKey: string): Promise<ScheduleView> =>
  write('PUT', of(credentialId), { body, idempotencyKey, revision }, ScheduleView);
