import { ChangeCredentialBody, CredentialView, RegisteredCredential, StageValueBody } from '@keyturn/contracts/api';
import { ChangeOutcome } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { GatewayCommand, VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { unknownIfAway } from '../faults.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, MOVE_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL, SAMPLE_REGISTERED, SAMPLE_TESTING } from '../samples/credential.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { type AwaitDeps, awaitChange, TEST_PROBLEMS } from './await-test.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { OfCredential } from './of-credential.ts';

type Deps = AwaitDeps;

const ONE = '/api/v1/admin/credentials/{credentialId}';

const changeCredential = ({ vault, testWaitMs }: Deps): Endpoint =>
  endpoint(
    {
      name: 'changeCredential',
      method: 'patch',
      path: ONE,
      tag: 'Credentials',
      summary: 'Changes details (absent stays, null clears), public fields, or whether it is enabled or may be shown; one kind at a time',
      access: 'admin-write',
      sends: ['credential.edit', 'credential.enable', 'credential.disable', 'credential.change-reveal-policy', 'credential.change-details'],
      takes: z.object({ params: OfCredential, body: ChangeCredentialBody }),
      answers: { 200: CredentialView, 202: CredentialView },
      tells: ['ETag'],
      ifMatch: 'credential-changed',
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-deleted',
        'credential-deleting',
        'fields-invalid',
        'nothing-to-change',
        'rotation-open',
        'credential-disabled',
        ...MOVE_PROBLEMS,
        'change-open',
        'version-out-of-order',
        ...TEST_PROBLEMS,
      ],
      example: {
        takes: {
          params: { credentialId: SAMPLE_CREDENTIAL_ID },
          body: { labels: { environment: 'staging', team: null }, tags: ['billing'], owner: null, isDefault: true },
        },
        answers: { 200: SAMPLE_CREDENTIAL, 202: SAMPLE_TESTING },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId, guard }) => {
      const changed = await commandFor(vault, { commandId, actor, correlationId: requestId, ...guard }, credentialId, body);
      if (!changed.ok) return changed;
      const edited = ChangeOutcome.safeParse(changed.value);
      const ended = edited.success ? await awaitChange({ vault, testWaitMs }, { actor, commandId }, edited.data) : null;
      if (ended && !ended.ok) return ended;
      const found = await vault.query('credential.get', { actor, data: { credentialId } }).catch(unknownIfAway);
      if (!found.ok) return found;
      const status = ended?.value.status === 'testing' ? 202 : 200;
      return ok({ status, body: found.value, headers: { etag: etagOf(found.value.revision) } });
    },
  );

type Sent = Pick<GatewayCommand<'credential.edit'>, 'commandId' | 'actor' | 'correlationId' | 'ifRevision'>;

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

const stageValue = ({ vault, testWaitMs }: Deps): Endpoint =>
  endpoint(
    {
      name: 'stageCredentialValue',
      method: 'post',
      path: `${ONE}/versions`,
      tag: 'Credentials',
      summary: 'Puts a new value in place that was made by hand: the next version, tested first',
      access: 'admin-write',
      sends: ['credential.stage-value'],
      takes: z.object({ params: OfCredential, body: StageValueBody }),
      answers: { 201: RegisteredCredential, 202: RegisteredCredential },
      tells: ['Location'],
      ifMatch: 'credential-changed',
      refuses: [
        ...COMMAND_PROBLEMS,
        ...SEALED_PROBLEMS,
        'credential-unknown',
        'fields-invalid',
        'fields-missing',
        'issuer-unknown',
        'issuer-unfit',
        ...MOVE_PROBLEMS,
        'credential-deleted',
        'credential-deleting',
        'credential-disabled',
        'rotation-open',
        'change-open',
        'version-out-of-order',
        ...TEST_PROBLEMS,
      ],
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, body: { secretFields: { password: 'the new password' } } },
        answers: {
          201: { ...SAMPLE_REGISTERED, version: 4, generation: 4 },
          202: { ...SAMPLE_REGISTERED, version: 4, generation: 3, status: 'testing' },
        },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, idempotencyKey, requestId, guard }) => {
      const { secretFields, sealed, ...data } = body;
      if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
      const staged = await vault.command('credential.stage-value', {
        commandId,
        actor,
        correlationId: requestId,
        ...guard,
        data: { credentialId, ...data },
        ...secretOf(credentialId, { secretFields, sealed }),
      });
      if (!staged.ok) return staged;
      const ended = await awaitChange({ vault, testWaitMs }, { actor, commandId }, RegisteredCredential.parse(staged.value));
      if (!ended.ok) return ended;
      const headers = { location: `/api/v1/admin/credentials/${credentialId}/versions` };
      return ok({ status: ended.value.status === 'committed' ? 201 : 202, body: ended.value, headers });
    },
  );

export const credentialDetailRoutes = (deps: Deps): Endpoint[] => [changeCredential(deps), stageValue(deps)];
