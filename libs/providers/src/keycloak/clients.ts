import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { Fence } from '../fence.ts';
import { type ListedPage, readAllPages } from '../issued/all-pages.ts';
import { isOf, isOurs } from '../issued/handle.ts';
import { type IssuerCaller, type IssuerCalls, unreachable } from '../issued/issuer-calls.ts';
import type { Found, Premises } from '../issued/premises.ts';
import { KeycloakId } from '../issued/provider-id.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { Client, HANDLE, handleOfClient } from './client-copy.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** A realm's admin API, as the issuer. */
export type Realm = { readonly api: IssuerCalls; readonly caller: IssuerCaller };

export const Nothing = z.object({}).loose();
const Clients = z.array(Client);

/** Where clients live. */
export const CLIENTS = 'clients';

const PER_PAGE = 100;

/** The client at a path such as `clients/<id>`; null where there is none. */
export const readClient = async ({ api, caller }: Realm, providerId: string): Outcome<Client | null> => {
  const found = await api(caller, { path: `/${providerId}`, doing: 'read a client' }, Client);
  return found.ok ? ok(found.value.body) : found;
};

/** The client with this client id; null where there is none. */
export const findClient = async ({ api, caller }: Realm, clientId: string): Outcome<Client | null> => {
  const found = await api(caller, { path: `/clients?clientId=${encodeURIComponent(clientId)}`, doing: 'find a client' }, Clients);
  return found.ok ? ok(found.value.body?.find((client) => client.clientId === clientId) ?? null) : found;
};

/** Part of all our client ids: Keycloak finds no client by an attribute of ours, unless its server is told so. */
const OURS = '-kt';

const isKeycloakId = (id: string): boolean => KeycloakId.safeParse(id).success;

/** What is looked at of all whose ids may be ours. What others imported may have any id, which is compared and nothing else. */
const ListedClient = z
  .object({ id: z.string(), attributes: z.object({ [HANDLE]: z.string().default('') }).prefault({}) })
  .transform(({ id, attributes }) => ({ id, handle: attributes[HANDLE] }))
  .refine(({ id, handle }) => isKeycloakId(id) || !isOurs(handle));
type ListedClient = z.infer<typeof ListedClient>;

/** Where a page begins, and which client was last on the page before. */
type Place = { readonly first: number; readonly last: string | null };
const START: Place = { first: 0, last: null };

/** Null where the list moved in between. Each page begins with the last one of the page before: if it doesn't, one may have been missed. */
const readPages = async ({ api, caller }: Realm): Outcome<readonly ListedClient[] | null> => {
  let hasMoved = false;
  const all = await readAllPages('Keycloak', START, async ({ first, last }): Outcome<ListedPage<ListedClient, Place>> => {
    const path = `/clients?clientId=${OURS}&search=true&first=${first}&max=${PER_PAGE}`;
    const listed = await api(caller, { path, doing: 'list clients' }, z.array(ListedClient));
    if (!listed.ok) return listed;
    const { body } = listed.value;
    if (!body) return refuse({ code: 'provider-refused', sentence: 'Keycloak has no such realm: check the issuer URL.' });
    hasMoved = last !== null && body[0]?.id !== last;
    const isOver = hasMoved || body.length < PER_PAGE;
    const next = { first: first + body.length - 1, last: body.at(-1)?.id ?? null };
    return ok({ items: last === null ? body : body.slice(1), next: isOver ? null : next });
  });
  return hasMoved ? ok(null) : all;
};

const TRIES = 5;

/** The clients whose ids may be ours, by the handle that they carry. */
const listClients = async (realm: Realm): Outcome<readonly Found[]> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const read = await readPages(realm);
    if (!read.ok) return read;
    if (read.value) {
      const known = read.value.filter(({ id }) => isKeycloakId(id));
      return ok(known.map(({ id, handle }) => ({ name: handle, providerId: `${CLIENTS}/${id}` })));
    }
  }
  return refuse(unreachable('Clients of the realm come and go faster than Keycloak lists them.'));
};

/** Nobody gets a token with it any more; a person can enable it again. What is gone is no refusal. */
export const disableClient = async (realm: Realm, providerId: string): Outcome<void> => {
  const client = await readClient(realm, providerId);
  if (!client.ok) return client;
  if (client.value === null || client.value.enabled === false) return ok(undefined);
  const { id, clientId } = client.value;
  const body = { id, clientId, enabled: false };
  const done = await realm.api(realm.caller, { method: 'PUT', path: `/${providerId}`, body, doing: 'disable a client' }, Nothing);
  return done.ok ? ok(undefined) : done;
};

/**
 * The end of a secret: that of a client of ours is the client's; a person's client stays, disabled, with another secret that nobody was told. The
 * secret goes first: a client that is disabled looks dead, and a try that ended in between must not leave its secret to whoever enables it.
 */
const endClient = async (realm: Realm, providerId: string, { credentialId }: Fence): Outcome<void> => {
  const { api, caller } = realm;
  const client = await readClient(realm, providerId);
  if (!client.ok) return client;
  if (client.value === null) return ok(undefined);
  if (isOf(credentialId, handleOfClient(client.value))) {
    const gone = await api(caller, { method: 'DELETE', path: `/${providerId}`, doing: 'delete a client' }, Nothing);
    return gone.ok ? ok(undefined) : gone;
  }
  const path = `/${providerId}/client-secret`;
  const replaced = await api(caller, { method: 'POST', path, doing: 'replace the secret of a client' }, Nothing);
  return replaced.ok ? disableClient(realm, providerId) : replaced;
};

/** The clients of a realm, as what is issued there for the fence's credential. */
export const premisesOf = (realm: Realm, fence: Fence): Premises => ({
  homeOf: () => CLIENTS,
  list: () => listClients(realm),
  remove: (providerId) => endClient(realm, providerId, fence),
});
