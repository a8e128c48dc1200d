import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { compareFences } from '../fence.ts';
import { fenceIn } from '../issued/handle.ts';
import { unreachable } from '../issued/issuer-calls.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { IssuedValue } from '../rotation/rotation-provider.ts';
import { type Client, copyOf, handleOfClient, slotsBeside } from './client-copy.ts';
import { CLIENTS, findClient, Nothing, readClient, type Realm } from './clients.ts';
import { copyRights } from './copy-rights.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

const Secret = z.object({ value: z.string() });

const no = (sentence: string): ProviderRefusal => ({ code: 'provider-refused', sentence });

/** Why nothing may be made beside a client that has one of the pair; null where it is older than this try, or somebody else's. */
const refuseBeside = (taken: Client, handle: string): ProviderRefusal | null => {
  const [its, ours] = [fenceIn(handleOfClient(taken)), fenceIn(handle)];
  if (!its || !ours || its.credentialId !== ours.credentialId) return null;
  const order = compareFences(its, ours);
  if (order > 0) return { code: 'stale-epoch', sentence: `A newer rotation has made ${taken.clientId} already.`, found: its };
  return order === 0 ? unreachable(`Another try of this rotation has made ${taken.clientId} just now.`) : null;
};

/** The client id for the next one: of the pair, one that no client has. A try that comes late is refused, though the other one may be free. */
const freeSlot = async (realm: Realm, model: Client, handle: string): Outcome<string> => {
  const slots = slotsBeside(model);
  const free: string[] = [];
  for (const slot of slots) {
    const taken = await findClient(realm, slot);
    if (!taken.ok) return taken;
    if (taken.value === null) free.push(slot);
    const late = taken.value && refuseBeside(taken.value, handle);
    if (late) return refuse(late);
  }
  const [slot] = free;
  if (slot !== undefined) return ok(slot);
  return refuse(no(`The realm has clients named ${slots.join(' and ')} already: remove the one that nobody uses, or rename it.`));
};

/** What isn't in a client's description can't be given to another one. */
export const notCopied = (clientId: string): ProviderRefusal =>
  no(`${clientId} has authorization services, whose policies can't be copied: a person must rotate it.`);

const readModel = async (realm: Realm, providerId: string): Outcome<Client> => {
  const model = await readClient(realm, providerId);
  if (!model.ok) return model;
  if (!model.value) return refuse(no('Keycloak has the client of today no more: give the credential a working value first.'));
  if (model.value.authorizationServicesEnabled) return refuse(notCopied(model.value.clientId));
  return ok(model.value);
};

/** Creates a client that may do what the one at `current` may, and reads the secret that Keycloak made for it. */
export const issueClient = async (
  realm: Realm,
  { current, handle }: { readonly current: string; readonly handle: string },
): Outcome<IssuedValue> => {
  const { api, caller } = realm;
  const model = await readModel(realm, current);
  if (!model.ok) return model;
  const clientId = await freeSlot(realm, model.value, handle);
  if (!clientId.ok) return clientId;
  const body = copyOf(model.value, { clientId: clientId.value, handle });
  const made = await api(caller, { method: 'POST', path: '/clients', body, doing: `create the client ${clientId.value}` }, Nothing);
  if (!made.ok) return made;
  const copy = await findClient(realm, clientId.value);
  if (!copy.ok) return copy;
  if (copy.value === null || handleOfClient(copy.value) !== handle)
    return refuse(no(`Somebody else made or removed ${clientId.value} just now.`));
  const providerId = `${CLIENTS}/${copy.value.id}`;
  const entitled = await copyRights(realm, model.value, copy.value);
  if (!entitled.ok) return entitled;
  const secret = await api(caller, { path: `/${providerId}/client-secret`, doing: 'read the secret of a client' }, Secret);
  if (!secret.ok) return secret;
  if (!secret.value.body) return refuse(no(`Keycloak has ${clientId.value} no more.`));
  return ok({ publicFields: { clientId: clientId.value }, secret: new Sensitive({ clientSecret: secret.value.body.value }), providerId });
};
