import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { KeycloakId } from '../issued/provider-id.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { Client } from './client-copy.ts';
import { Nothing, type Realm } from './clients.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

const Role = z.looseObject({ id: z.string(), name: z.string() });
type Role = z.infer<typeof Role>;
const Roles = z.array(Role);
const OfClients = z.object({
  clientMappings: z.record(z.string(), z.object({ id: KeycloakId, mappings: z.array(Role) })).default({}),
});
const Account = z.object({ id: KeycloakId });
const Groups = z.array(Account);

type Granted = ReadonlyMap<string, readonly Role[]>;

/**
 * Roles by where they are granted below `path`: `realm`, or `clients/<id>`. Those of the realm are asked for by themselves: from who may not view
 * the realm, Keycloak withholds them in the list of all, without a word.
 */
const rolesAt = async ({ api, caller }: Realm, path: string): Outcome<Granted> => {
  const doing = 'read which roles are granted';
  const ofRealm = await api(caller, { path: `${path}/realm`, doing }, Roles);
  if (!ofRealm.ok) return ofRealm;
  const read = await api(caller, { path, doing }, OfClients);
  if (!read.ok) return read;
  const ofClients = Object.values(read.value.body?.clientMappings ?? {}).map(({ id, mappings }) => [`clients/${id}`, mappings] as const);
  return ok(new Map([['realm', ofRealm.value.body ?? []], ...ofClients]));
};

/** Grants below `to` what is granted below `from` and isn't there yet. */
const copyRoles = async (realm: Realm, from: string, to: string): Outcome<void> => {
  const wanted = await rolesAt(realm, from);
  if (!wanted.ok) return wanted;
  const known = await rolesAt(realm, to);
  if (!known.ok) return known;
  for (const [where, roles] of wanted.value) {
    const has = new Set(known.value.get(where)?.map(({ id }) => id));
    const missing = roles.filter(({ id }) => !has.has(id));
    if (missing.length === 0) continue;
    const call = { method: 'POST', path: `${to}/${where}`, body: missing, doing: 'grant a role' } as const;
    const granted = await realm.api(realm.caller, call, Nothing);
    if (!granted.ok) return granted;
  }
  return ok(undefined);
};

const accountOf = async ({ api, caller }: Realm, client: Client): Outcome<string> => {
  const path = `/clients/${client.id}/service-account-user`;
  const found = await api(caller, { path, doing: 'find the service account of a client' }, Account);
  if (!found.ok) return found;
  if (found.value.body) return ok(found.value.body.id);
  return refuse({ code: 'provider-refused', sentence: `Keycloak has no service account of ${client.clientId}.` });
};

const copyGroups = async ({ api, caller }: Realm, from: string, to: string): Outcome<void> => {
  const groups = await api(caller, { path: `/users/${from}/groups`, doing: 'read the groups of a service account' }, Groups);
  if (!groups.ok) return groups;
  for (const { id } of groups.value.body ?? []) {
    const joined = await api(caller, { method: 'PUT', path: `/users/${to}/groups/${id}`, doing: 'add to a group' }, Nothing);
    if (!joined.ok) return joined;
  }
  return ok(undefined);
};

/** Gives a copy of a client what isn't in its description: the roles in its scope, and the roles and groups of its service account. */
export const copyRights = async (realm: Realm, model: Client, copy: Client): Outcome<void> => {
  if (!model.fullScopeAllowed) {
    const scoped = await copyRoles(realm, `/clients/${model.id}/scope-mappings`, `/clients/${copy.id}/scope-mappings`);
    if (!scoped.ok) return scoped;
  }
  if (!model.serviceAccountsEnabled) return ok(undefined);
  const from = await accountOf(realm, model);
  if (!from.ok) return from;
  const to = await accountOf(realm, copy);
  if (!to.ok) return to;
  const granted = await copyRoles(realm, `/users/${from.value}/role-mappings`, `/users/${to.value}/role-mappings`);
  return granted.ok ? copyGroups(realm, from.value, to.value) : granted;
};
