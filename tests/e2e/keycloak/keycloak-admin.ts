import type { KeycloakServer } from '@keyturn/dev-stack';
import { z } from 'zod';

export type KeycloakPerson = { readonly username: string; readonly password: string; readonly role: string; readonly tier: string };

const Token = z.object({ access_token: z.string() });

/** What an administrator does in Keycloak's console, by its admin API. */
export const keycloakAdmin = ({ adminUrl, issuer, admin }: Pick<KeycloakServer, 'adminUrl' | 'issuer' | 'admin'>) => {
  const tokenUrl = `${new URL(issuer).origin}/realms/master/protocol/openid-connect/token`;
  const signIn = async (): Promise<string> => {
    const login = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...admin });
    return Token.parse(await (await fetch(tokenUrl, { method: 'POST', body: login })).json()).access_token;
  };
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${await signIn()}`, 'content-type': 'application/json' };
    const response = await fetch(`${adminUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`Keycloak answers ${method} ${path} with ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    /** For a shell: as an administrator would have one in a variable. */
    token: async (): Promise<string> => await signIn(),
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
  };
};
