import { addressFrom, CredentialId } from '@keyturn/contracts';
import { CredentialList, CredentialView, RegisterCredentialBody, RegisteredCredential } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type NewId, createdIdOf } from '../command-id.ts';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { SAMPLE_CREDENTIAL, SAMPLE_SUMMARY } from '../samples/credential.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_ISSUER_ID, SAMPLE_PUBLIC_FIELDS } from '../samples/ids.ts';

type Deps = { readonly vault: VaultClient; readonly newId: NewId };

const COLLECTION = '/api/v1/admin/credentials';
const LISTED = z.object({
  search: z.string().max(200).optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

const REGISTRATION: Definition['example'] = {
  takes: {
    body: {
      address: SAMPLE_ADDRESS,
      credentialType: 'database_password',
      publicFields: SAMPLE_PUBLIC_FIELDS,
      secretFields: { password: 'the present password' },
      issuer: SAMPLE_ISSUER_ID,
      displayName: 'Orders database',
      policy: { graceMs: 60_000 },
    },
  },
  answers: { 201: { credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, version: 1, generation: 1 } },
};

const REGISTER = {
  name: 'registerCredential',
  method: 'post',
  path: COLLECTION,
  tag: 'Credentials',
  summary: 'Registers a credential and imports its present value as version 1',
  access: 'admin-write',
  takes: z.object({ body: RegisterCredentialBody }),
  answers: { 201: RegisteredCredential },
  tells: ['Location'],
  refuses: [...COMMAND_PROBLEMS, ...SEALED_PROBLEMS, 'fields-invalid', 'issuer-unknown', 'address-taken', 'credential-exists'],
  example: REGISTRATION,
} satisfies Definition;

export const credentialRoutes = ({ vault, newId }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'listCredentials',
      method: 'get',
      path: COLLECTION,
      tag: 'Credentials',
      summary: 'Lists credentials, a page at a time',
      access: 'admin-read',
      takes: z.object({ query: LISTED }),
      answers: { 200: CredentialList },
      refuses: QUERY_PROBLEMS,
      example: {
        takes: { query: { search: 'orders', limit: '50' } },
        answers: { 200: { items: [SAMPLE_SUMMARY], nextCursor: null, total: 1, totalIsAtLeast: false } },
      },
    },
    async ({ query }, { actor }) => {
      const page = await vault.query('credential.list', { actor, data: query });
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  ),
  endpoint(REGISTER, async ({ body }, { actor, commandId, idempotencyKey, requestId }) => {
    const { secretFields, sealed, credentialId: chosen, address: whole, scope, service, name, ...data } = body;
    if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
    const address = whole ?? addressFrom({ ...(scope === undefined ? {} : { scope }), service: service ?? '', name: name ?? '' });
    const credentialId = chosen ?? createdIdOf(idempotencyKey, commandId, newId);
    const registered = await vault.command('credential.register', {
      commandId,
      actor,
      correlationId: requestId,
      data: { ...data, address, credentialId },
      ...secretOf(credentialId, { secretFields, sealed }),
    });
    if (!registered.ok) return registered;
    return ok({ status: 201, body: registered.value, headers: { location: `${COLLECTION}/${credentialId}` } });
  }),
  endpoint(
    {
      name: 'readCredential',
      method: 'get',
      path: `${COLLECTION}/{credentialId}`,
      tag: 'Credentials',
      summary: 'Reads one credential with its versions and rotations; secret fields are masked',
      access: 'admin-read',
      takes: z.object({ params: z.object({ credentialId: CredentialId }) }),
      answers: { 200: CredentialView },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID } }, answers: { 200: SAMPLE_CREDENTIAL } },
    },
    async ({ params }, { actor }) => {
      const found = await vault.query('credential.get', { actor, data: params });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  ),
];
