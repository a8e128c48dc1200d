import { typeView, typeViews } from '@keyturn/contracts/credential-types';
import { CredentialTypeList, EnvironmentList } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ENVIRONMENT } from '../samples/credential.ts';

const listTypes = (): Endpoint =>
  endpoint(
    {
      name: 'listCredentialTypes',
      method: 'get',
      path: '/api/v1/credential-types',
      tag: 'Credentials',
      summary: 'Lists the types of credential: what each is, its form, and the JSON Schema of its fields',
      access: 'signed-in',
      takes: z.object({}),
      answers: { 200: CredentialTypeList },
      refuses: [],
      example: { answers: { 200: { items: [typeView('cloudflare_api_token')] } } },
    },
    async () => ok({ status: 200, body: { items: typeViews() } }),
  );

const listEnvironment = ({ vault }: { readonly vault: VaultClient }): Endpoint =>
  endpoint(
    {
      name: 'listEnvironmentCredentials',
      method: 'get',
      path: '/api/v1/admin/environment-credentials',
      tag: 'Credentials',
      summary: 'Lists the credentials that come from the vault’s own environment variables, overruled by stored ones or not',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: EnvironmentList },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { items: [SAMPLE_ENVIRONMENT] } } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('environment.list', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

export const credentialTypeRoutes = (deps: { readonly vault: VaultClient }): Endpoint[] => [listTypes(), listEnvironment(deps)];
