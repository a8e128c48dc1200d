import { TestList, TestOutcome } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post } from '../../shared/api/request.ts';

const of = (credentialId: string): string => `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/test`;
const LEVEL_MS = 30_000;

export const testQueries = {
  /** Below the detail's key, which a test's events touch. */
  of: (credentialId: string) =>
    queryOptions({
      queryKey: [...credentialKeys.detail(credentialId), 'tests'] as const,
      queryFn: ({ signal }) => get(of(credentialId), TestList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
};

export const requestTest = (credentialId: string, idempotencyKey: string): Promise<TestOutcome> =>
  post(of(credentialId), { body: {}, idempotencyKey }, TestOutcome);
