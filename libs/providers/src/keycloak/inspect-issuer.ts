import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { KeycloakId } from '../issued/provider-id.ts';
import type { MissingPrivilege, SeenOfIssuer } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { Realm } from './clients.ts';
import { notCopied } from './issue-client.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** What Keycloak says beside a client, or a user, of what the reader may do with it. */
const ModelClient = z.object({
  clientId: z.string(),
  serviceAccountsEnabled: z.boolean().default(false),
  authorizationServicesEnabled: z.boolean().default(false),
  access: z.object({ manage: z.boolean().optional() }).default({}),
});
const Account = z.object({ id: KeycloakId });
const User = z.object({ access: z.object({ mapRoles: z.boolean().optional() }).default({}) });

const lack = (role: string, doing: string): MissingPrivilege => ({
  code: 'issuer-lacks-privilege',
  needed: 'rotation',
  sentence: `The issuer may not ${doing} at Keycloak: give its service account the role ${role} of realm-management.`,
});

/** May the issuer grant roles to the service account of the next client? Looked at where the client of today has one. */
const inspectAccount = async ({ api, caller }: Realm, path: string): Outcome<readonly MissingPrivilege[]> => {
  const account = await api(caller, { path: `${path}/service-account-user`, doing: 'find the service account of a client' }, Account);
  if (!account.ok) return account;
  const user = await api(caller, { path: `/users/${account.value.body?.id ?? ''}`, doing: 'read a service account' }, User);
  if (!user.ok) return user;
  return ok(user.value.body?.access.mapRoles === false ? [lack('manage-users', 'grant roles to service accounts')] : []);
};

const UNSEEN = "Keycloak doesn't show whether it has each role of realm-management that the client has, nor manage-realm.";

const lacksSeen = async (realm: Realm, current: string): Outcome<readonly MissingPrivilege[]> => {
  const { api, caller } = realm;
  const read = await api(caller, { path: `/${current}`, doing: 'read a client' }, ModelClient);
  if (!read.ok) return read;
  const client = read.value.body;
  if (client?.authorizationServicesEnabled === true) return refuse(notCopied(client.clientId));
  if (client?.access?.manage === false) return ok([lack('manage-clients', `manage the client ${client.clientId}`)]);
  return client?.serviceAccountsEnabled === true ? inspectAccount(realm, `/${current}`) : ok([]);
};

/** What the issuer lacks for making another client like the one at `current`, as Keycloak says it itself beside what it shows. */
export const inspectIssuer = async (realm: Realm, current: string): Outcome<SeenOfIssuer> => {
  const lacks = await lacksSeen(realm, current);
  return lacks.ok ? ok({ lacks: lacks.value, unseen: UNSEEN }) : lacks;
};
