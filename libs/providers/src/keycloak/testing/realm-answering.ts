import type { ProviderRequest } from '../../http/provider-http.ts';
import type { Realm } from '../clients.ts';
import { keycloakApi } from '../keycloak-api.ts';

/** A call of the admin API, by its path below the realm's. */
type AdminCall = { readonly method: string; readonly path: string };
type Answer = { readonly status?: number; readonly body?: unknown };

const BASE = 'https://sso.example/admin/realms/main';

/** A realm that answers as it is told, and notes what it was asked. */
export const realmAnswering = (answer: (call: AdminCall) => Answer): { readonly realm: Realm; readonly calls: readonly string[] } => {
  const calls: string[] = [];
  const send = async ({ url, method = 'GET' }: ProviderRequest) => {
    const path = decodeURIComponent(url.slice(BASE.length));
    calls.push(`${method} ${path}`);
    const { status = 200, body: said } = answer({ method, path });
    return { status, text: said === undefined ? '' : JSON.stringify(said), retryAfterSeconds: null, date: null };
  };
  const api = keycloakApi({ http: { send }, wait: async () => undefined });
  return { realm: { api, caller: { token: 'of-the-issuer', baseUrl: BASE } }, calls };
};
