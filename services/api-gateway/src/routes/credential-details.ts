import { CredentialId } from '@keyturn/contracts';
import { ChangeDetailsBody, CredentialView, RegisteredCredential, StageValueBody } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL } from '../samples/credential.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { secretOf, unkeyed } from './brought-secret.ts';

type Deps = { readonly vault: VaultClient };

const ONE = '/api/v1/admin/credentials/{credentialId}';
const OfCredential = z.object({ credentialId: CredentialId });

const changeDetails = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'changeCredentialDetails',
      method: 'patch',
      path: ONE,
      tag: 'Credentials',
      summary: 'Changes name, labels, notes, tags, owner, expiry or default mark; what is absent stays, null clears',
      access: 'admin-write',
      takes: z.object({ params: OfCredential, body: ChangeDetailsBody }),
      answers: { 200: CredentialView },
      refuses: [...COMMAND_PROBLEMS, 'credential-unknown'],
      example: {
        takes: {
          params: { credentialId: SAMPLE_CREDENTIAL_ID },
          body: { labels: { environment: 'staging', team: null }, tags: ['billing'], owner: null, isDefault: true },
        },
        answers: { 200: SAMPLE_CREDENTIAL },
      },
    },
    async ({ params: { credentialId }, body: { isDefault, ...changes } }, { actor, commandId, requestId }) => {
      const data = { credentialId, changes, ...(isDefault === undefined ? {} : { isDefault }) };
      const changed = await vault.command('credential.change-details', { commandId, actor, correlationId: requestId, data });
      if (!changed.ok) return changed;
      const found = await vault.query('credential.get', { actor, data: { credentialId } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const stageValue = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'stageCredentialValue',
      method: 'post',
      path: `${ONE}/versions`,
      tag: 'Credentials',
      summary: 'Puts a new value in place that was made by hand: the next version, current at once and marked untested',
      access: 'admin-write',
      takes: z.object({ params: OfCredential, body: StageValueBody }),
      answers: { 201: RegisteredCredential },
      refuses: [
        ...COMMAND_PROBLEMS,
        ...SEALED_PROBLEMS,
        'credential-unknown',
        'fields-invalid',
        'fields-missing',
        'rotation-open',
        'version-out-of-order',
      ],
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { secretFields: { password: 'the new password' } } },
        answers: { 201: { credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, version: 4, generation: 4 } },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, idempotencyKey, requestId }) => {
      const { publicFields, secretFields, sealed } = body;
      if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
      const staged = await vault.command('credential.stage-value', {
        commandId,
        actor,
        correlationId: requestId,
        data: { credentialId, ...(publicFields === undefined ? {} : { publicFields }) },
        ...secretOf(credentialId, { secretFields, sealed }),
      });
      return staged.ok ? ok({ status: 201, body: staged.value }) : staged;
    },
  );

export const credentialDetailRoutes = (deps: Deps): Endpoint[] => [changeDetails(deps), stageValue(deps)];
