import { DryRun, ForceOutcome, RotationApproved, RotationExtended } from '@keyturn/contracts/api';
import type { DryRunBody } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { post } from '../../shared/api/request.ts';
import { newId } from '../../shared/time/clock.ts';
import { rotationsPath } from '../rotation/rotation-queries.ts';

/** A rotation of a credential. */
export type Of = { readonly credentialId: string; readonly epoch: number };

const path = ({ credentialId, epoch }: Of): string => `${rotationsPath(credentialId)}/${epoch}`;
const Taken = z.object({ credentialId: z.string(), epoch: z.int() });

/** Somebody else than who asked agrees. */
export const approveRotation = (of: Of, note: string, idempotencyKey: string): Promise<RotationApproved> =>
  post(`${path(of)}/approve`, { body: note === '' ? {} : { note }, idempotencyKey }, RotationApproved);

export const rejectRotation = (of: Of, reason: string, idempotencyKey: string) =>
  post(`${path(of)}/reject`, { body: { reason }, idempotencyKey }, Taken);

/** Revokes the version that the run takes out of use without the proof that it is unused. */
export const forceRotation = (of: Of & { readonly from: number | null }, reason: string, idempotencyKey: string): Promise<ForceOutcome> =>
  post(`${path(of)}/force`, { body: { reason, ...(of.from === null ? {} : { version: of.from }) }, idempotencyKey }, ForceOutcome);

export const extendRotation = (
  of: Of,
  body: { readonly byMs: number; readonly reason: string },
  idempotencyKey: string,
): Promise<RotationExtended> => post(`${path(of)}/extend`, { body, idempotencyKey }, RotationExtended);

/** What a rotation asked for now would come to. A question, though it is posted: each is asked anew. */
export const dryRunQuery = (credentialId: string, reason: NonNullable<DryRunBody['reason']>) =>
  queryOptions({
    queryKey: [...credentialKeys.detail(credentialId), 'dry-run', reason] as const,
    queryFn: () => post(`${rotationsPath(credentialId)}/dry-run`, { body: { reason }, idempotencyKey: newId() }, DryRun),
    staleTime: 0,
  });
