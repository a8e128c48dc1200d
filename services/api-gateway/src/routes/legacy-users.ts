import { LegacyUser, MapLegacyUserBody } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_LEGACY_USER } from '../samples/credential.ts';

type Deps = { readonly vault: VaultClient };

const PATH = '/api/v1/admin/legacy-users/{legacyId}';
const OfUser = z.object({ legacyId: z.string().min(1).max(255) });
const COMMON = { path: PATH, tag: 'Identity', answers: { 200: LegacyUser } } as const satisfies Partial<Definition>;

const readLegacyUser = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readLegacyUser',
      method: 'get',
      summary: 'Says in which scope the credentials of a user of an older system are, and who that is if it is known',
      access: 'admin-read',
      takes: z.object({ params: OfUser }),
      refuses: QUERY_PROBLEMS,
      example: { takes: { params: { legacyId: 'user-0001' } }, answers: { 200: SAMPLE_LEGACY_USER } },
    },
    async ({ params: { legacyId } }, { actor }) => {
      const found = await vault.query('legacy-user.find', { actor, data: { legacyIds: [legacyId] } });
      return found.ok ? ok({ status: 200, body: found.value.items[0] }) : found;
    },
  );

const mapLegacyUser = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'mapLegacyUser',
      method: 'put',
      summary: 'Says who a user of an older system is: what was or will be imported for them is theirs; once said, it stands',
      access: 'admin-write',
      sends: ['legacy-user.map'],
      takes: z.object({ params: OfUser, body: MapLegacyUserBody }),
      refuses: [...COMMAND_PROBLEMS, 'legacy-user-mapped', 'legacy-user-oneself'],
      example: {
        takes: { params: { legacyId: 'user-0001' }, body: { issuer: 'https://sso.example.com/realms/main', subject: 'ada' } },
        answers: { 200: SAMPLE_LEGACY_USER },
      },
    },
    async ({ params: { legacyId }, body }, { actor, commandId, requestId }) => {
      const data = { legacyId, ...body };
      const mapped = await vault.command('legacy-user.map', { commandId, actor, correlationId: requestId, data });
      return mapped.ok ? ok({ status: 200, body: mapped.value }) : mapped;
    },
  );

export const legacyUserRoutes = (deps: Deps): Endpoint[] => [readLegacyUser(deps), mapLegacyUser(deps)];
