import { VersionNumber } from '@keyturn/contracts';
import {
  AccessLog,
  DeleteCredentialBody,
  DeletionOutcome,
  LeftoverSettled,
  RevealBody,
  RevealedSecret,
  SettleLeftoverBody,
  VersionComparison,
  VersionList,
} from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS, COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_ACCESS_LOG, SAMPLE_COMPARISON, SAMPLE_DELETION, SAMPLE_REVEALED, SAMPLE_VERSIONS } from '../samples/lifecycle.ts';
import { CREDENTIAL_GONE, OfCredential, REVEAL_PROBLEMS } from './of-credential.ts';

type Deps = { readonly vault: VaultClient; readonly audit: AuditClient };

const ONE = '/api/v1/admin/credentials/{credentialId}';
const params = { credentialId: SAMPLE_CREDENTIAL_ID };

const listVersions = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listVersions',
      method: 'get',
      path: `${ONE}/versions`,
      tag: 'Credentials',
      summary: 'Lists every version with its history, its marks, and who holds it now; also of a deleted credential',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: VersionList },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params }, answers: { 200: SAMPLE_VERSIONS } },
    },
    async ({ params: data }, { actor }) => {
      const found = await vault.query('credential.versions', { actor, data });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const Pair = z.object({ a: z.coerce.number().pipe(VersionNumber), b: z.coerce.number().pipe(VersionNumber) });

const compareVersions = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'compareVersions',
      method: 'get',
      path: `${ONE}/versions/compare`,
      tag: 'Credentials',
      summary: 'Says which fields two versions differ in: public ones with their values, secret ones as same, changed or unknown',
      access: 'admin-read',
      sends: ['credential.compare'],
      takes: z.object({ params: OfCredential, query: Pair }),
      answers: { 200: VersionComparison },
      refuses: [...COMMAND_PROBLEMS, 'credential-unknown', 'version-unknown'],
      example: { takes: { params, query: { a: '2', b: '3' } }, answers: { 200: SAMPLE_COMPARISON } },
    },
    async ({ params: { credentialId }, query }, { actor, commandId, requestId }) => {
      const data = { credentialId, ...query };
      const compared = await vault.command('credential.compare', { commandId, actor, correlationId: requestId, data });
      return compared.ok ? ok({ status: 200, body: VersionComparison.parse(compared.value) }) : compared;
    },
  );

const OfVersion = OfCredential.extend({ version: z.coerce.number().pipe(VersionNumber) });

const settleLeftover = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'settleLeftover',
      method: 'post',
      path: `${ONE}/versions/{version}/settle`,
      tag: 'Credentials',
      summary: 'Says why what is left of a version at the provider is settled, though Keyturn didn’t remove it; recorded',
      access: 'admin-write',
      sends: ['credential.settle-leftover'],
      takes: z.object({ params: OfVersion, body: SettleLeftoverBody }),
      answers: { 200: LeftoverSettled },
      refuses: [...COMMAND_PROBLEMS, ...CREDENTIAL_GONE, 'nothing-left-over'],
      example: {
        takes: { params: { ...params, version: '2' }, body: { reason: 'the reports use that role, too' } },
        answers: { 200: { credentialId: SAMPLE_CREDENTIAL_ID, version: 2 } },
      },
    },
    async ({ params: { credentialId, version }, body }, { actor, commandId, requestId }) => {
      const data = { credentialId, version, ...body };
      const settled = await vault.command('credential.settle-leftover', { commandId, actor, correlationId: requestId, data });
      return settled.ok ? ok({ status: 200, body: LeftoverSettled.parse(settled.value) }) : settled;
    },
  );

const reveal = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'revealSecret',
      method: 'post',
      path: `${ONE}/reveal`,
      tag: 'Credentials',
      summary: 'Shows the secret fields, for a reason; recorded before it is answered, and refused without a recent sign-in',
      access: 'admin-write',
      sends: ['credential.reveal'],
      takes: z.object({ params: OfCredential, body: RevealBody }),
      answers: { 200: RevealedSecret },
      refuses: [...COMMAND_PROBLEMS, ...REVEAL_PROBLEMS],
      example: {
        takes: { params, body: { reason: 'the orders service can’t connect', fields: ['password'] } },
        answers: { 200: SAMPLE_REVEALED },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId }) => {
      const data = { credentialId, ...body };
      const revealed = await vault.reveal({ commandId, actor, correlationId: requestId, data });
      if (!revealed.ok) return revealed;
      const { value, secret } = revealed.value;
      const shown = Shown.parse(value);
      const answer = secret === undefined ? shown : { ...shown, fields: Fields.parse(secret.reveal()).fields };
      return ok({ status: 200, body: answer, headers: { 'cache-control': 'no-store' } });
    },
  );

const Shown = RevealedSecret.omit({ fields: true });
const Fields = z.object({ fields: z.record(z.string(), z.string()) });

const deleteCredential = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'deleteCredential',
      method: 'delete',
      path: ONE,
      tag: 'Credentials',
      summary: 'Revokes a credential at its provider (or says why it is left alive there), deletes its data keys, and keeps its history',
      access: 'admin-only',
      sends: ['credential.delete'],
      takes: z.object({ params: OfCredential, body: DeleteCredentialBody }),
      answers: { 200: DeletionOutcome, 202: DeletionOutcome },
      ifMatch: 'credential-changed',
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'confirmation-wrong',
        'rotation-open',
        'change-open',
        'ledger-open',
        'version-held',
        'issuer-in-use',
        'revocation-impossible',
      ],
      example: {
        takes: { params, body: { confirm: SAMPLE_ADDRESS, reason: 'the orders service is gone' } },
        answers: { 200: { ...SAMPLE_DELETION, status: 'deleted', revoking: [] }, 202: SAMPLE_DELETION },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId, guard }) => {
      const data = { credentialId, ...body };
      const deleted = await vault.command('credential.delete', { commandId, actor, correlationId: requestId, ...guard, data });
      if (!deleted.ok) return deleted;
      const outcome = DeletionOutcome.parse(deleted.value);
      return ok({ status: outcome.status === 'deleted' ? 200 : 202, body: outcome });
    },
  );

/** `cursor`: the last page's `nextCursor`; or `before`, a position, which is the same. */
const Page = z
  .object({
    cursor: z.coerce.number().int().positive().optional(),
    before: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
  })
  .refine(({ cursor, before }) => cursor === undefined || before === undefined, { path: ['cursor'], error: 'either a cursor, or before' });

const readAccessLog = ({ audit }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readAccessLog',
      method: 'get',
      path: `${ONE}/access-log`,
      tag: 'Events',
      summary: 'Reads who was given the secret or was refused it: when, from where, and why; newest first',
      access: 'admin-read',
      takes: z.object({ params: OfCredential, query: Page }),
      answers: { 200: AccessLog },
      refuses: AUDIT_PROBLEMS,
      example: { takes: { params, query: { limit: '100' } }, answers: { 200: SAMPLE_ACCESS_LOG } },
    },
    async ({ params: { credentialId }, query }, { actor }) => {
      const { cursor, before, limit } = query;
      const found = await audit.query('access.read', { actor, data: { before: cursor ?? before, limit, credentialId } });
      if (!found.ok) return found;
      const { nextBefore } = found.value;
      return ok({ status: 200, body: { ...found.value, nextCursor: nextBefore === null ? null : String(nextBefore) } satisfies AccessLog });
    },
  );

export const credentialLifecycleRoutes = (deps: Deps): Endpoint[] => [
  listVersions(deps),
  compareVersions(deps),
  settleLeftover(deps),
  reveal(deps),
  deleteCredential(deps),
  readAccessLog(deps),
];
