import {
  CancelRotationBody,
  RequestRotationBody,
  RollBackBody,
  RollBackOutcome,
  RotationFilter,
  RotationPage,
  RotationView,
} from '@keyturn/contracts/api';
import { RolledBack, RotationStarted } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS, COMMAND_PROBLEMS, MOVE_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_ROLL_BACK } from '../samples/lifecycle.ts';
import { SAMPLE_ROTATION } from '../samples/rotation.ts';
import { SAMPLE_ROTATION_PAGE } from '../samples/stats.ts';
import { type AwaitDeps, awaitChange, TEST_PROBLEMS } from './await-test.ts';
import { OfCredential, OfEpoch, ROTATION_GONE } from './of-credential.ts';

type Deps = AwaitDeps & { readonly audit: AuditClient };

const COLLECTION = '/api/v1/admin/credentials/{credentialId}/rotations';

const OfOneCredential = RotationFilter.omit({ credentialId: true }).extend({ limit: z.coerce.number().int().min(1).max(200).optional() });

const listRotationsOfCredential = ({ audit }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listRotationsOfCredential',
      method: 'get',
      path: COLLECTION,
      tag: 'Rotations',
      summary: 'Lists the rotations of a credential, the newest first, with how long each took and how fast it converged',
      access: 'admin-read',
      takes: z.object({ params: OfCredential, query: OfOneCredential }),
      answers: { 200: RotationPage },
      refuses: AUDIT_PROBLEMS,
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, query: { status: 'completed', limit: '50' } },
        answers: { 200: SAMPLE_ROTATION_PAGE },
      },
    },
    async ({ params: { credentialId }, query }, { actor }) => {
      const found = await audit.query('rotations.list', { actor, data: { ...query, credentialId } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const requestRotation = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'requestRotation',
      method: 'post',
      path: COLLECTION,
      tag: 'Rotations',
      summary: 'Asks for a rotation; refused while another is open',
      access: 'admin-write',
      sends: ['rotation.request'],
      takes: z.object({ params: OfCredential, body: RequestRotationBody }),
      answers: { 202: RotationStarted },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-deleted',
        'credential-deleting',
        'credential-disabled',
        'change-open',
        'rotation-open',
        'nothing-to-rotate',
        ...MOVE_PROBLEMS,
        'issuer-missing',
        'fields-missing',
      ],
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { reason: 'manual', note: 'the quarterly one' } },
        answers: { 202: { credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 } },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId }) => {
      const data = { ...body, credentialId };
      const requested = await vault.command('rotation.request', { commandId, actor, correlationId: requestId, data });
      if (!requested.ok) return requested;
      const { epoch } = RotationStarted.parse(requested.value);
      const location = `/api/v1/admin/credentials/${credentialId}/rotations/${epoch}`;
      return ok({ status: 202, body: { credentialId, epoch }, headers: { location } });
    },
  );

const cancelRotation = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'cancelRotation',
      method: 'post',
      path: `${COLLECTION}/{epoch}/cancel`,
      tag: 'Rotations',
      summary:
        'Ends a rotation before its commit: the value of today goes on, and what was made of the next one is removed at the provider',
      access: 'admin-write',
      sends: ['rotation.cancel'],
      takes: z.object({ params: OfEpoch, body: CancelRotationBody }),
      answers: { 200: RotationStarted },
      tells: ['Location'],
      refuses: [...COMMAND_PROBLEMS, ...ROTATION_GONE, 'rotation-committed'],
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID, epoch: '3' }, body: { reason: 'the wrong credential' } },
        answers: { 200: { credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 } },
      },
    },
    async ({ params: { credentialId, epoch }, body }, { actor, commandId, requestId }) => {
      const data = { credentialId, epoch, ...body };
      const cancelled = await vault.command('rotation.cancel', { commandId, actor, correlationId: requestId, data });
      if (!cancelled.ok) return cancelled;
      const location = `/api/v1/admin/credentials/${credentialId}/rotations/${epoch}`;
      return ok({ status: 200, body: RotationStarted.parse(cancelled.value), headers: { location } });
    },
  );

const rollBack = ({ vault, testWaitMs }: Deps): Endpoint =>
  endpoint(
    {
      name: 'rollBack',
      method: 'post',
      path: '/api/v1/admin/credentials/{credentialId}/rollback',
      tag: 'Rotations',
      summary: 'Makes an older version current again: during a rotation the one before its commit, otherwise any that still works',
      access: 'admin-write',
      sends: ['rotation.roll-back', 'credential.roll-back'],
      takes: z.object({ params: OfCredential, body: RollBackBody }),
      answers: { 200: RollBackOutcome, 202: RollBackOutcome },
      tells: ['Location'],
      ifMatch: 'credential-changed',
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-deleted',
        'credential-deleting',
        'nothing-to-roll-back',
        'revocation-started',
        'rotation-open',
        'change-open',
        'version-unknown',
        'version-pending',
        'version-revoked',
        'version-discarded',
        ...TEST_PROBLEMS,
      ],
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { reason: 'queries are slow with it' } },
        answers: { 200: { ...SAMPLE_ROLL_BACK, status: 'committed', epoch: null }, 202: SAMPLE_ROLL_BACK },
      },
    },
    async ({ params: { credentialId }, body: { version, ...said } }, { actor, commandId, requestId, guard }) => {
      const sent = { commandId, actor, correlationId: requestId, ...guard };
      const done = await (version === undefined
        ? vault.command('rotation.roll-back', { ...sent, data: { credentialId, reason: said.reason } })
        : vault.command('credential.roll-back', { ...sent, data: { credentialId, version, ...said } }));
      if (!done.ok) return done;
      const outcome = await awaitChange({ vault, testWaitMs }, sent, OfRunningRotation.or(RollBackOutcome).parse(done.value));
      if (!outcome.ok) return outcome;
      const { epoch, status } = outcome.value;
      const one = `/api/v1/admin/credentials/${credentialId}`;
      const location = epoch === null ? `${one}/versions` : `${one}/rotations/${epoch}`;
      // During a rotation it is the rotation that goes on, with what it takes out of use now.
      return ok({ status: epoch === null && status === 'committed' ? 200 : 202, body: outcome.value, headers: { location } });
    },
  );

/** A rollback of a running rotation needs no test, so it is made at once. */
const OfRunningRotation = z.strictObject(RolledBack.shape).transform((rolledBack) => ({ ...rolledBack, status: 'committed' as const }));

const readRotation = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readRotation',
      method: 'get',
      path: `${COLLECTION}/{epoch}`,
      tag: 'Rotations',
      summary: 'Reads how far a rotation is, what it waits for, and for whom',
      access: 'admin-read',
      takes: z.object({ params: OfEpoch }),
      answers: { 200: RotationView },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown', 'rotation-unknown'],
      example: { takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID, epoch: '3' } }, answers: { 200: SAMPLE_ROTATION } },
    },
    async ({ params }, { actor }) => {
      const found = await vault.query('rotation.get', { actor, data: params });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

export const rotationRoutes = (deps: Deps): Endpoint[] => [
  listRotationsOfCredential(deps),
  requestRotation(deps),
  cancelRotation(deps),
  rollBack(deps),
  readRotation(deps),
];
