import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';

type Deps = { readonly vault: VaultClient; readonly revocations: Pick<SessionRevocations, 'forget'> };

export const peopleRoutes = ({ vault, revocations }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'revokeSessions',
      method: 'delete',
      path: '/api/v1/admin/people/{personId}/sessions',
      tag: 'Identity',
      summary: 'Ends all sessions of a person, known by the `sub` of the sign-in provider',
      access: 'admin-only',
      sends: ['person.revoke-sessions'],
      takes: z.object({ params: z.object({ personId: z.string().min(1).max(200) }) }),
      answers: { 204: null },
      refuses: COMMAND_PROBLEMS,
      example: { takes: { params: { personId: 'ada' } }, answers: {} },
    },
    async ({ params }, { actor, commandId, requestId }) => {
      const revoked = await vault.command('person.revoke-sessions', { commandId, actor, correlationId: requestId, data: params });
      revocations.forget(params.personId);
      return revoked.ok ? ok({ status: 204 }) : revoked;
    },
  ),
];
