import { GivenValue, GiveValueBody, ReportDeletionBody } from '@keyturn/contracts/api';
import { RotationStarted, ValueGiven } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { type AwaitDeps, awaitGivenValue, REFUSED_PROBLEMS } from './await-test.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { OfEpoch, ROTATION_GONE } from './of-credential.ts';

// What a person does in a rotation whose values are made and removed at the provider's site.

const ONE = '/api/v1/admin/credentials/{credentialId}/rotations/{epoch}';
const params = { credentialId: SAMPLE_CREDENTIAL_ID, epoch: '3' };

/** The sample of what was brought. */
const GIVEN = { credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, version: 4 };

const giveValue = ({ vault, testWaitMs }: AwaitDeps): Endpoint =>
  endpoint(
    {
      name: 'giveRotationValue',
      method: 'post',
      path: `${ONE}/value`,
      tag: 'Rotations',
      summary: 'Brings the new value that a person made at the provider; one that it refuses is forgotten, and another one waited for',
      access: 'admin-write',
      sends: ['rotation.give-value'],
      takes: z.object({ params: OfEpoch, body: GiveValueBody }),
      answers: { 200: GivenValue, 202: GivenValue },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        ...SEALED_PROBLEMS,
        ...ROTATION_GONE,
        'value-not-awaited',
        'value-in-use',
        'version-out-of-order',
        'fields-invalid',
        ...REFUSED_PROBLEMS,
      ],
      example: {
        takes: { params, body: { secretFields: { secretKey: 'sk_test_the_new_one' } } },
        answers: {
          200: { ...GIVEN, status: 'tested', sentence: 'Stripe takes the key, in test mode.' },
          202: { ...GIVEN, status: 'testing', sentence: 'Stripe takes no more calls just now (429): test again in 30 s.' },
        },
      },
    },
    async ({ params: { credentialId, epoch }, body }, { actor, commandId, idempotencyKey, requestId }) => {
      if (body.sealed && idempotencyKey === undefined) return unkeyed(requestId);
      const given = await vault.command('rotation.give-value', {
        commandId,
        actor,
        correlationId: requestId,
        data: { credentialId, epoch, ...(body.expiresAt === undefined ? {} : { expiresAt: body.expiresAt }) },
        ...secretOf(credentialId, body),
      });
      if (!given.ok) return given;
      const { untested, ...value } = ValueGiven.parse(given.value);
      const location = `/api/v1/admin/credentials/${credentialId}/rotations/${epoch}`;
      if (untested !== undefined)
        return ok({ status: 200, body: { ...value, status: 'untested' as const, sentence: null }, headers: { location } });
      const tested = await awaitGivenValue({ vault, testWaitMs }, actor, value);
      if (!tested.ok) return tested;
      const { status, sentence } = tested.value;
      return ok({ status: status === 'testing' ? 202 : 200, body: { ...value, status, sentence }, headers: { location } });
    },
  );

const reportDeletion = ({ vault }: AwaitDeps): Endpoint =>
  endpoint(
    {
      name: 'reportOldValueDeleted',
      method: 'post',
      path: `${ONE}/old-value-deleted`,
      tag: 'Rotations',
      summary:
        'Says that the old value is removed at the provider, which is then asked until it refuses it; where there is no test, the word is taken',
      access: 'admin-write',
      sends: ['rotation.report-deletion'],
      takes: z.object({ params: OfEpoch, body: ReportDeletionBody }),
      answers: { 202: RotationStarted },
      tells: ['Location'],
      refuses: [...COMMAND_PROBLEMS, ...ROTATION_GONE, 'deletion-not-awaited'],
      example: { takes: { params, body: {} }, answers: { 202: { credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 } } },
    },
    async ({ params, body }, { actor, commandId, requestId }) => {
      const data = { ...params, ...body };
      const said = await vault.command('rotation.report-deletion', { commandId, actor, correlationId: requestId, data });
      if (!said.ok) return said;
      const location = `/api/v1/admin/credentials/${data.credentialId}/rotations/${data.epoch}`;
      return ok({ status: 202, body: RotationStarted.parse(said.value), headers: { location } });
    },
  );

export const assistedRotationRoutes = (deps: AwaitDeps): Endpoint[] => [giveValue(deps), reportDeletion(deps)];
