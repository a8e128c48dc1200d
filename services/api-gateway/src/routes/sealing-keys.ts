import { SealingKeys } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_KEYS } from '../samples/sealing-keys.ts';

export const sealingKeyRoutes = ({ vault }: { readonly vault: VaultClient }): Endpoint[] => [
  endpoint(
    {
      name: 'listSealingKeys',
      method: 'get',
      path: '/api/v1/sealing-keys',
      tag: 'Identity',
      summary: "Lists the public keys to seal secrets to, signed by the vault's identity",
      access: 'public',
      takes: z.object({}),
      answers: { 200: SealingKeys },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: SAMPLE_KEYS } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('sealing-keys.list', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  ),
];
