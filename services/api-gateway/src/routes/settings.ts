import { SettingsView } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_SETTINGS } from '../samples/settings.ts';

const readSettings = ({ vault }: { readonly vault: VaultClient }): Endpoint =>
  endpoint(
    {
      name: 'readSettings',
      method: 'get',
      path: '/api/v1/admin/settings',
      tag: 'Service',
      summary:
        'Shows what the vault was started with: the policy of credentials that have none of their own, and how long backups are kept',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: SettingsView },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: SAMPLE_SETTINGS } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('settings.view', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

export const settingsRoutes = (deps: { readonly vault: VaultClient }): Endpoint[] => [readSettings(deps)];
