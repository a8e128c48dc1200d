import { saysNothing } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ProviderHttp } from '../http/index.ts';
import { announcedAt } from '../issued/handle.ts';
import { type IssuerCalls, unreachable } from '../issued/issuer-calls.ts';
import { eraseIssued, issueAnnounced } from '../issued/premises.ts';
import { getToken, oauthAdapter } from '../oauth/index.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { assistedRotation } from '../rotation/assisted-rotation.ts';
import type { Announcement, IssuedValues, OpenedFields } from '../rotation/rotation-provider.ts';
import { refuseUnlessSeen, sampleClientUse } from './client-use.ts';
import { CLIENTS, disableClient, findClient, premisesOf, type Realm } from './clients.ts';
import { inspectIssuer } from './inspect-issuer.ts';
import { issueClient } from './issue-client.ts';
import { keycloakApi } from './keycloak-api.ts';
import { parseRealmClient, signIn } from './realm.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;
type Input<Name extends 'announce' | 'identify'> = Parameters<IssuedValues[Name]>[0];

export type KeycloakRotationOptions = {
  readonly http: ProviderHttp;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

type Keycloak = { readonly api: IssuerCalls; readonly http: ProviderHttp };

const asIssuer = async <T>({ api, http }: Keycloak, issuer: OpenedFields, work: (realm: Realm) => Outcome<T>): Outcome<T> => {
  const caller = await signIn(http, issuer);
  return caller.ok ? work({ api, caller: caller.value }) : caller;
};

/** Which client a value is of. Only who has its secret may have another client made like it: a client id alone proves nothing. */
const identify = async (keycloak: Keycloak, { issuer, fields: opened }: Pick<Input<'identify'>, 'issuer' | 'fields'>): Outcome<string> => {
  const fields = parseRealmClient(opened);
  if (!fields.ok) return fields;
  const token = await getToken(keycloak.http, fields.value);
  if (!token.ok) {
    const { verdict, sentence } = token.refusal;
    if (saysNothing(verdict)) return refuse(unreachable(sentence));
    return refuse({ code: 'provider-refused', sentence: `${sentence} Give the credential a working value first.` });
  }
  const { clientId } = fields.value;
  return asIssuer(keycloak, issuer, async (realm): Outcome<string> => {
    const client = await findClient(realm, clientId);
    if (!client.ok) return client;
    if (client.value) return ok(`${CLIENTS}/${client.value.id}`);
    return refuse({ code: 'provider-refused', sentence: `The issuer's realm has no client ${clientId}: is it another realm's?` });
  });
};

const announce = (keycloak: Keycloak, { issuer, current, fence }: Input<'announce'>): Outcome<Announcement> =>
  asIssuer(keycloak, issuer, async (realm): Outcome<Announcement> => {
    const unseen = await refuseUnlessSeen(realm);
    if (unseen) return refuse(unseen);
    const found = await identify(keycloak, { issuer, fields: current });
    return found.ok ? ok({ current: found.value, candidate: announcedAt(CLIENTS, fence) }) : found;
  });

/**
 * Rotates OAuth clients of a realm at Keycloak: the next secret is that of a second client, made like the one of today under one of two client
 * ids in turn, so that the old secret ends when it is proved unused, and not when the realm's policy says. ADR-0031.
 */
export const keycloakRotation = ({ http, now, wait }: KeycloakRotationOptions): IssuedValues => {
  const keycloak = { api: keycloakApi({ http, wait }), http };
  return {
    ...assistedRotation(oauthAdapter(http)),
    strategy: 'issued',
    inspectIssuer: async (input) => {
      const announced = await announce(keycloak, input);
      return announced.ok ? asIssuer(keycloak, input.issuer, (realm) => inspectIssuer(realm, announced.value.current)) : announced;
    },
    announce: (input) => announce(keycloak, input),
    issue: ({ issuer, ...asked }) =>
      asIssuer(keycloak, issuer, (realm) =>
        issueAnnounced(premisesOf(realm, asked.fence), asked, ({ name }) =>
          issueClient(realm, { current: asked.announced.current, handle: name }),
        ),
      ),
    identify: (input) => identify(keycloak, input),
    sampleUse: ({ issuer, providerId, since, last }) =>
      asIssuer(keycloak, issuer, (realm) => sampleClientUse(realm, { providerId, since, last, now: now() })),
    denyUse: ({ issuer, providerId }) => asIssuer(keycloak, issuer, (realm) => disableClient(realm, providerId)),
    erase: ({ issuer, ...ending }) => asIssuer(keycloak, issuer, (realm) => eraseIssued(premisesOf(realm, ending.fence), ending)),
  };
};
