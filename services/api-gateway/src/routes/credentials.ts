import { CredentialId } from '@keyturn/contracts';
import { CredentialList, CredentialView, RegisterCredentialBody, RegisteredCredential } from '@keyturn/contracts/api';
import { Sensitive, ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type NewId, createdIdOf } from '../command-id.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

type Deps = { readonly vault: VaultClient; readonly newId: NewId };

const COLLECTION = '/api/v1/admin/credentials';
const LISTED = z.object({
  search: z.string().max(200).optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const credentialRoutes = ({ vault, newId }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'listCredentials',
      method: 'get',
      path: COLLECTION,
      summary: 'Lists credentials, a page at a time',
      access: 'admin-read',
      takes: z.object({ query: LISTED }),
      answers: { 200: CredentialList },
    },
    async ({ query }, { actor }) => {
      const page = await vault.query('credential.list', { actor, data: query });
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  ),
  endpoint(
    {
      name: 'registerCredential',
      method: 'post',
      path: COLLECTION,
      summary: 'Registers a credential and imports its present value as version 1',
      access: 'admin-write',
      takes: z.object({ body: RegisterCredentialBody }),
      answers: { 201: RegisteredCredential },
    },
    async ({ body: { secretFields, ...data } }, { actor, commandId, idempotencyKey, requestId }) => {
      const fields = new Sensitive(secretFields);
      const credentialId = createdIdOf(idempotencyKey, commandId, newId);
      const registered = await vault.command('credential.register', {
        commandId,
        actor,
        correlationId: requestId,
        data: { ...data, credentialId },
        secret: { about: credentialId, fields },
      });
      if (!registered.ok) return registered;
      return ok({ status: 201, body: registered.value, headers: { location: `${COLLECTION}/${credentialId}` } });
    },
  ),
  endpoint(
    {
      name: 'readCredential',
      method: 'get',
      path: `${COLLECTION}/{credentialId}`,
      summary: 'Reads one credential with its versions and rotations; secret fields are masked',
      access: 'admin-read',
      takes: z.object({ params: z.object({ credentialId: CredentialId }) }),
      answers: { 200: CredentialView },
    },
    async ({ params }, { actor }) => {
      const found = await vault.query('credential.get', { actor, data: params });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  ),
];
