import {
  ApproveRotationBody,
  DryRun,
  DryRunBody,
  ExtendRotationBody,
  ForceOutcome,
  ForceRotationBody,
  RejectRotationBody,
  RotationApproved,
  RotationExtended,
} from '@keyturn/contracts/api';
import { RotationStarted } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { GatewayCommandName, VaultClient } from '../clients/vault.ts';
import { type Answer, type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_DRY_RUN } from '../samples/decisions.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { OfCredential, OfEpoch, ROTATION_GONE } from './of-credential.ts';

// What persons decide about a rotation: whether it begins, how long it waits, and when it waits no longer.

type Deps = { readonly vault: VaultClient };

const CREDENTIAL = '/api/v1/admin/credentials/{credentialId}';
const ONE = `${CREDENTIAL}/rotations/{epoch}`;
const params = { credentialId: SAMPLE_CREDENTIAL_ID, epoch: '3' };
const of = { credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 };
const FORCE_PROBLEMS = ['rotation-uncommitted', 'rotation-rolled-back', 'revocation-started', 'version-not-superseded'] as const;

type Decision = { readonly params: z.output<typeof OfEpoch>; readonly body: Readonly<Record<string, unknown>> };

/** Asks the vault to decide, and answers what it decided beside where the rotation is read. */
const decideOn = async <Answered extends z.ZodType>(
  vault: VaultClient,
  [name, answer]: readonly [GatewayCommandName, Answered],
  { params: { credentialId, epoch }, body }: Decision,
  { actor, commandId, requestId }: Asked,
): Promise<Result<Answer & { readonly body: z.output<Answered> }, Refusal>> => {
  const decided = await vault.command(name, { commandId, actor, correlationId: requestId, data: { credentialId, epoch, ...body } });
  if (!decided.ok) return decided;
  const location = `/api/v1/admin/credentials/${credentialId}/rotations/${epoch}`;
  return ok({ status: 200, body: answer.parse(decided.value), headers: { location } });
};

const approve = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'approveRotation',
      method: 'post',
      path: `${ONE}/approve`,
      tag: 'Rotations',
      summary: 'Lets a rotation begin that somebody else asked for, or be forced; once a person, and never by whoever asked',
      access: 'admin-write',
      sends: ['rotation.approve'],
      takes: z.object({ params: OfEpoch, body: ApproveRotationBody }),
      answers: { 200: RotationApproved },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        ...ROTATION_GONE,
        ...FORCE_PROBLEMS,
        'approval-not-awaited',
        'approval-too-late',
        'force-cuts-off-others',
        'rotation-not-held',
        'approver-asked-for-it',
        'approver-not-a-person',
        'recent-login-required',
      ],
      example: {
        takes: { params, body: { note: 'agreed on the phone' } },
        answers: { 200: { ...of, of: 'rotation', given: 1, needed: 1 } },
      },
    },
    (input, asked) => decideOn(vault, ['rotation.approve', RotationApproved], input, asked),
  );

const reject = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'rejectRotation',
      method: 'post',
      path: `${ONE}/reject`,
      tag: 'Rotations',
      summary: 'Says no to a rotation that waits for approval, which ends it, or to its force, and then it stays held',
      access: 'admin-write',
      sends: ['rotation.reject'],
      takes: z.object({ params: OfEpoch, body: RejectRotationBody }),
      answers: { 200: RotationStarted },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        ...ROTATION_GONE,
        'approval-not-awaited',
        'approver-asked-for-it',
        'approver-not-a-person',
        'rotation-committed',
      ],
      example: { takes: { params, body: { reason: 'not while the sale goes on' } }, answers: { 200: of } },
    },
    (input, asked) => decideOn(vault, ['rotation.reject', RotationStarted], input, asked),
  );

const force = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'forceRotation',
      method: 'post',
      path: `${ONE}/force`,
      tag: 'Rotations',
      summary:
        'Revokes the old version of a held rotation without the proof (after a rollback the withdrawn one, which `version` then names), ends its sessions and says who is cut off; asks for a recent sign-in, and for a second person where approvals are asked for',
      access: 'admin-only',
      sends: ['rotation.force'],
      takes: z.object({ params: OfEpoch, body: ForceRotationBody }),
      answers: { 200: ForceOutcome, 202: ForceOutcome },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        ...ROTATION_GONE,
        ...FORCE_PROBLEMS,
        'recent-login-required',
        'rotation-not-held',
        'force-awaits-approval',
        'approver-not-a-person',
      ],
      example: {
        takes: { params, body: { reason: 'that host was switched off' } },
        answers: {
          200: { ...of, status: 'forced', cutOff: ['orders/7f3a'] },
          202: { ...of, status: 'awaiting-approval', cutOff: ['orders/7f3a'] },
        },
      },
    },
    async (input, asked) => {
      const done = await decideOn(vault, ['rotation.force', ForceOutcome], input, asked);
      return done.ok ? ok({ ...done.value, status: done.value.body.status === 'forced' ? 200 : 202 }) : done;
    },
  );

const extend = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'extendRotation',
      method: 'post',
      path: `${ONE}/extend`,
      tag: 'Rotations',
      summary: 'Moves the deadline of an open rotation; past it the time counts from now, and the rotation is held no more',
      access: 'admin-write',
      sends: ['rotation.extend'],
      takes: z.object({ params: OfEpoch, body: ExtendRotationBody }),
      answers: { 200: RotationExtended },
      tells: ['Location'],
      refuses: [...COMMAND_PROBLEMS, ...ROTATION_GONE, 'revocation-started'],
      example: {
        takes: { params, body: { byMs: 3_600_000, reason: 'the deploy is late' } },
        answers: { 200: { ...of, deadlineAt: '2026-03-02T11:00:00.612Z' } },
      },
    },
    (input, asked) => decideOn(vault, ['rotation.extend', RotationExtended], input, asked),
  );

const dryRun = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'dryRunRotation',
      method: 'post',
      path: `${CREDENTIAL}/rotations/dry-run`,
      tag: 'Rotations',
      summary:
        'Says what a rotation asked for now would do, who would be asked, how long the policy waits and what blocks it; does nothing',
      access: 'admin-read',
      takes: z.object({ params: OfCredential, body: DryRunBody }),
      answers: { 200: DryRun },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown', 'credential-deleted'],
      example: { takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { reason: 'manual' } }, answers: { 200: SAMPLE_DRY_RUN } },
    },
    async ({ params: { credentialId }, body }, { actor }) => {
      const found = await vault.query('rotation.dry-run', { actor, data: { credentialId, ...body } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

export const rotationDecisionRoutes = (deps: Deps): Endpoint[] => [approve(deps), reject(deps), force(deps), extend(deps), dryRun(deps)];
