import { GivenValue } from '@keyturn/contracts/api';
import type { GiveValueBody } from '@keyturn/contracts/api';
import { z } from 'zod';
import { post } from '../../shared/api/request.ts';
import { rotationsPath } from '../rotation/rotation-queries.ts';

/** A rotation of a credential. */
export type Of = { readonly credentialId: string; readonly epoch: number };

const path = ({ credentialId, epoch }: Of): string => `${rotationsPath(credentialId)}/${epoch}`;
const Taken = z.object({ credentialId: z.string(), epoch: z.int() });

/** Brings the value that a person made; what the provider refuses is refused, and another one awaited. */
export const giveValue = (of: Of, body: GiveValueBody, idempotencyKey: string): Promise<GivenValue> =>
  post(`${path(of)}/value`, { body, idempotencyKey }, GivenValue);

/** Says that the old value is removed at the provider. */
export const reportDeletion = (of: Of, idempotencyKey: string) =>
  post(`${path(of)}/old-value-deleted`, { body: {}, idempotencyKey }, Taken);

/** Ends a rotation before its commit. */
export const cancelRotation = (of: Of, reason: string, idempotencyKey: string) =>
  post(`${path(of)}/cancel`, { body: { reason }, idempotencyKey }, Taken);
