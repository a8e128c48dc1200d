import { BackupList, BackupStartedAnswer } from '@keyturn/contracts/api';
import type { BackupView } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/backups';
const KEY = ['backups'] as const;
/** How far one is is no event. */
const RUNNING_MS = 1_000;
const IDLE_MS = 10_000;

export const isUnderWay = ({ status }: Pick<BackupView, 'status'>): boolean => status === 'requested' || status === 'running';

export const backupQueries = {
  key: KEY,
  /** The newest first. */
  list: () =>
    queryOptions({
      queryKey: [...KEY, 'list'] as const,
      queryFn: ({ signal }) => get(PATH, BackupList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, state.data?.items.some(isUnderWay) === true ? RUNNING_MS : IDLE_MS),
    }),
};

export const startBackup = (idempotencyKey: string): Promise<BackupStartedAnswer> =>
  post(PATH, { body: {}, idempotencyKey }, BackupStartedAnswer);
