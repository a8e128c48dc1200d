import type { ProviderReply } from '../http/index.ts';
import { type IssuerCall, issuerCalls, type IssuerCalls, type IssuerCallsOptions, statusOf } from '../issued/issuer-calls.ts';
import type { ProviderRefusal } from '../refusal.ts';

const refusalOf = (reply: ProviderReply, { doing }: IssuerCall): ProviderRefusal => {
  const said = statusOf(reply);
  if (reply.status === 401)
    return { code: 'issuer-denied', sentence: `Keycloak doesn't take the issuer's token (${said}): is its client enabled?` };
  if (reply.status === 403)
    return {
      code: 'issuer-lacks-privilege',
      grants: [],
      sentence:
        `Keycloak doesn't let the issuer ${doing} (${said}): its service account needs manage-clients, manage-users and view-events of ` +
        `realm-management, manage-realm where realm roles limit the client's scope, and any role of realm-management that the client has.`,
    };
  return { code: 'provider-refused', sentence: `Keycloak doesn't ${doing} (${said}).` };
};

/** Calls of the admin API of a realm at Keycloak as the issuer. */
export const keycloakApi = ({ http, wait }: Pick<IssuerCallsOptions, 'http' | 'wait'>): IssuerCalls =>
  issuerCalls({ http, wait, provider: 'Keycloak', refusalOf });
