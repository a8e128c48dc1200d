import { describe, expect, it } from 'vitest';
import { Client } from './client-copy.ts';
import { copyRights } from './copy-rights.ts';
import { realmAnswering } from './testing/realm-answering.ts';

const [auditor, viewGroups] = [
  { id: 'r1', name: 'auditor' },
  { id: 'r2', name: 'view-groups' },
];
const clientOf = (id: string) => Client.parse({ id, clientId: id, serviceAccountsEnabled: true });

describe('the rights of a service account', () => {
  it('are copied, also the realm’s, which Keycloak withholds in the list of all from who may not view the realm', async () => {
    const { realm, calls } = realmAnswering(({ method, path }) => {
      if (method === 'POST') return { status: 204 };
      if (path.endsWith('/service-account-user')) return { body: { id: `of-${path.split('/')[2]}` } };
      if (path === '/users/of-old/role-mappings') return { body: { clientMappings: { account: { id: 'a', mappings: [viewGroups] } } } };
      if (path === '/users/of-old/role-mappings/realm') return { body: [auditor] };
      return { body: path.endsWith('/role-mappings') ? {} : [] };
    });
    expect(await copyRights(realm, clientOf('old'), clientOf('new'))).toEqual({ ok: true });
    const granted = calls.filter((call) => call.startsWith('POST'));
    expect(granted).toEqual(['POST /users/of-new/role-mappings/realm', 'POST /users/of-new/role-mappings/clients/a']);
  });
});
