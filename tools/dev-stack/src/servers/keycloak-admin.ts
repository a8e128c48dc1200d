import { z } from 'zod';
import type { KeycloakServer } from './keycloak.ts';

export type KeycloakPerson = { readonly username: string; readonly password: string; readonly role: string; readonly tier: string };

const Token = z.object({ access_token: z.string() });
const Identified = z.object({ id: z.string() });

type Ask = (method: string, path: string, body?: unknown) => Promise<Response>;

/** What an administrator does with people. */
const peopleOf = (ask: Ask) => ({
  /** Keycloak keeps attributes that no profile names only where the realm says so. */
  allowAnyAttribute: async (): Promise<void> => {
    const profile = z.looseObject({}).parse(await (await ask('GET', '/users/profile')).json());
    await ask('PUT', '/users/profile', { ...profile, unmanagedAttributePolicy: 'ADMIN_EDIT' });
  },
  attributesOf: async (id: string): Promise<Readonly<Record<string, readonly string[]>>> =>
    z.object({ attributes: z.record(z.string(), z.array(z.string())) }).parse(await (await ask('GET', `/users/${id}`)).json()).attributes,
  setAttributes: async (id: string, attributes: Readonly<Record<string, readonly string[]>>): Promise<void> => {
    const user = z.looseObject({}).parse(await (await ask('GET', `/users/${id}`)).json());
    await ask('PUT', `/users/${id}`, { ...user, attributes });
  },
  /** The id, which tokens have as `sub`. */
  addPerson: async ({ username, password, role, tier }: KeycloakPerson): Promise<string> => {
    const created = await ask('POST', '/users', {
      username,
      enabled: true,
      email: `${username}@example.test`,
      emailVerified: true,
      firstName: 'Test',
      lastName: username,
      attributes: { tier: [tier] },
      credentials: [{ type: 'password', value: password, temporary: false }],
    });
    const id = created.headers.get('location')?.split('/').at(-1) ?? '';
    await ask('POST', `/users/${id}/role-mappings/realm`, [await (await ask('GET', `/roles/${role}`)).json()]);
    return id;
  },
  setEnabled: async (id: string, enabled: boolean): Promise<void> => void (await ask('PUT', `/users/${id}`, { enabled })),
  removeRole: async (id: string, role: string): Promise<void> => {
    await ask('DELETE', `/users/${id}/role-mappings/realm`, [await (await ask('GET', `/roles/${role}`)).json()]);
  },
});

/** What an administrator does in Keycloak's console, by its admin API. */
export const keycloakAdmin = ({ adminUrl, issuer, admin }: Pick<KeycloakServer, 'adminUrl' | 'issuer' | 'admin'>) => {
  const tokenUrl = `${new URL(issuer).origin}/realms/master/protocol/openid-connect/token`;
  const signIn = async (): Promise<string> => {
    const login = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin });
    return Token.parse(await (await fetch(tokenUrl, { method: 'POST', body: login })).json()).access_token;
  };
  const ask: Ask = async (method, path, body) => {
    const headers = { authorization: `Bearer ${await signIn()}`, 'content-type': 'application/json' };
    const response = await fetch(`${adminUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`Keycloak answers ${method} ${path} with ${response.status}: ${await response.text()}`);
    return response;
  };
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const text = await (await ask(method, path, body)).text();
    return text === '' ? null : JSON.parse(text);
  };
  return {
    /** Anything else: the JSON that it answers, or null. */
    call,
    /** Adds a client, and answers its id there. `roles`: of its service account, as `<client>/<role>`, or `<role>` of the realm. */
    addClient: async (client: Readonly<Record<string, unknown>>, roles: readonly string[] = []): Promise<string> => {
      const created = await ask('POST', '/clients', client);
      const id = created.headers.get('location')?.split('/').at(-1) ?? '';
      if (roles.length === 0) return id;
      const account = Identified.parse(await call('GET', `/clients/${id}/service-account-user`));
      for (const role of roles) {
        const [name = '', of] = role.split('/').toReversed();
        const [owner] = of === undefined ? [] : z.array(Identified).parse(await call('GET', `/clients?clientId=${of}`));
        const home = owner ? `clients/${owner.id}` : 'realm';
        const granted = await call('GET', owner ? `/clients/${owner.id}/roles/${name}` : `/roles/${name}`);
        await call('POST', `/users/${account.id}/role-mappings/${home}`, [granted]);
      }
      return id;
    },
    /** For a shell: as an administrator would have one in a variable. */
    token: async (): Promise<string> => await signIn(),
    ...peopleOf(ask),
  };
};
