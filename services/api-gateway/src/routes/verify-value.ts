import { ValueVerified, VerifyValueBody } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { OfCredential } from './of-credential.ts';

const VERIFY = {
  name: 'verifyValue',
  method: 'post',
  path: '/api/v1/admin/credentials/{credentialId}/verify-value',
  tag: 'Credentials',
  summary: 'Says whether a version is the value that is brought; recorded, and wrong values are limited to ten an hour',
  access: 'admin-write',
  sends: ['credential.verify-value'],
  takes: z.object({ params: OfCredential, body: VerifyValueBody }),
  answers: { 200: ValueVerified },
  refuses: [
    ...COMMAND_PROBLEMS,
    ...SEALED_PROBLEMS,
    'credential-unknown',
    'credential-deleted',
    'version-unknown',
    'fields-invalid',
    'guesses-exhausted',
    'version-unreadable',
  ],
  example: {
    takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { version: 1, secretFields: { password: 'the value to compare' } } },
    answers: { 200: { credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, version: 1, equal: true } },
  },
} satisfies Definition;

export const verifyValueRoutes = ({ vault }: { readonly vault: VaultClient }): Endpoint[] => [
  endpoint(VERIFY, async ({ params: { credentialId }, body }, { actor, commandId, idempotencyKey, requestId }) => {
    const { version, secretFields, sealed } = body;
    if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
    const verified = await vault.command('credential.verify-value', {
      commandId,
      actor,
      correlationId: requestId,
      data: { credentialId, version },
      ...secretOf(credentialId, { secretFields, sealed }),
    });
    return verified.ok ? ok({ status: 200, body: verified.value }) : verified;
  }),
];
