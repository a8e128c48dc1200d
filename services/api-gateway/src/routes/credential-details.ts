import { CredentialId } from '@keyturn/contracts';
import { ChangeCredentialBody, CredentialView, RegisteredCredential, StageValueBody } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { GatewayCommand, VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL } from '../samples/credential.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { secretOf, unkeyed } from './brought-secret.ts';

type Deps = { readonly vault: VaultClient };

const ONE = '/api/v1/admin/credentials/{credentialId}';
const OfCredential = z.object({ credentialId: CredentialId });

const changeCredential = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'changeCredential',
      method: 'patch',
      path: ONE,
      tag: 'Credentials',
      summary: 'Changes details (absent stays, null clears), public fields, or whether it is enabled or may be shown; one kind at a time',
      access: 'admin-write',
      takes: z.object({ params: OfCredential, body: ChangeCredentialBody }),
      answers: { 200: CredentialView },
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-deleted',
        'credential-deleting',
        'fields-invalid',
        'nothing-to-change',
        'rotation-open',
        'change-open',
        'version-out-of-order',
      ],
      example: {
        takes: {
          params: { credentialId: SAMPLE_CREDENTIAL_ID },
          body: { labels: { environment: 'staging', team: null }, tags: ['billing'], owner: null, isDefault: true },
        },
        answers: { 200: SAMPLE_CREDENTIAL },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId }) => {
      const changed = await commandFor(vault, { commandId, actor, correlationId: requestId }, credentialId, body);
      if (!changed.ok) return changed;
      const found = await vault.query('credential.get', { actor, data: { credentialId } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

type Sent = Pick<GatewayCommand<'credential.edit'>, 'commandId' | 'actor' | 'correlationId'>;

/** The one command that the body asks for. */
const commandFor = (vault: VaultClient, sent: Sent, credentialId: string, body: ChangeCredentialBody) => {
  const { publicFields, evenIfUnreachable, enabled, revealable, reason, isDefault, ...changes } = body;
  const said = reason === undefined ? {} : { reason };
  if (publicFields !== undefined) {
    const unreachable = evenIfUnreachable === undefined ? {} : { evenIfUnreachable };
    return vault.command('credential.edit', { ...sent, data: { credentialId, publicFields, ...said, ...unreachable } });
  }
  if (enabled === true) return vault.command('credential.enable', { ...sent, data: { credentialId, ...said } });
  if (enabled === false) return vault.command('credential.disable', { ...sent, data: { credentialId, reason: reason ?? '' } });
  if (revealable !== undefined) return vault.command('credential.change-reveal-policy', { ...sent, data: { credentialId, revealable } });
  const data = { credentialId, changes, ...(isDefault === undefined ? {} : { isDefault }) };
  return vault.command('credential.change-details', { ...sent, data });
};

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
        'credential-deleted',
        'credential-deleting',
        'rotation-open',
        'change-open',
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

export const credentialDetailRoutes = (deps: Deps): Endpoint[] => [changeCredential(deps), stageValue(deps)];
