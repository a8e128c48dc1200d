import { RotationView } from '@keyturn/contracts/api';
import type { RequestRotationBody, RollBackBody } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post } from '../../shared/api/request.ts';

const LEVEL_MS = 15_000;

/** Where the rotations of a credential are. */
export const rotationsPath = (credentialId: string): string => `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/rotations`;

export const rotationQueries = {
  run: (credentialId: string, epoch: number) =>
    queryOptions({
      queryKey: credentialKeys.rotation(credentialId, epoch),
      queryFn: ({ signal }) => get(`${rotationsPath(credentialId)}/${epoch}`, RotationView, { signal }),
      refetchInterval: ({ state }) => (state.data === undefined || state.data.status === 'open' ? readAgainIn(state, LEVEL_MS) : false),
    }),
};

const StartedRotation = z.object({ credentialId: z.string(), epoch: z.int() });

/** Asks for a rotation; the same key asks only once. */
export const requestRotation = (credentialId: string, body: RequestRotationBody, idempotencyKey: string) =>
  post(rotationsPath(credentialId), { body, idempotencyKey }, StartedRotation);

const RolledBack = z.object({ epoch: z.int(), version: z.int(), generation: z.int() });

/** Makes the version before the commit of the rotation under way current again, whatever else was changed; the same key does so only once. */
export const rollBack = (credentialId: string, body: RollBackBody, idempotencyKey: string) =>
  post(`/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/rollback`, { body, idempotencyKey, revision: '*' }, RolledBack);
