import { saysNothing } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { type Finding, type ProviderHttp } from '../http/index.ts';
import { type IssuerCaller, unreachable } from '../issued/issuer-calls.ts';
import { getToken, OAuthFields } from '../oauth/index.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { OpenedFields } from '../rotation/rotation-provider.ts';

/** An OAuth client of a realm at Keycloak. */
export type RealmClient = OAuthFields & { readonly issuerUrl: string };

export const parseRealmClient = (record: OpenedFields): Result<RealmClient, ProviderRefusal> => {
  const parsed = OAuthFields.safeParse(record.reveal());
  const field = parsed.success ? 'issuerUrl' : String(parsed.error.issues[0]?.path[0] ?? 'clientSecret');
  if (parsed.success && parsed.data.issuerUrl !== undefined) return ok({ ...parsed.data, issuerUrl: parsed.data.issuerUrl });
  return refuse({ code: 'fields-invalid', field, sentence: `The field \`${field}\` of the OAuth client is missing.` });
};

const REALM = /^(?<server>https?:\/\/.+?)\/realms\/(?<realm>[^/]+)\/?$/u;

/** Where the admin API of the realm of an issuer URL is: `…/realms/main` → `…/admin/realms/main`. */
export const adminUrlOf = (issuerUrl: string): Result<string, ProviderRefusal> => {
  const { server, realm } = REALM.exec(issuerUrl)?.groups ?? {};
  if (server !== undefined && realm !== undefined) return ok(`${server}/admin/realms/${realm}`);
  return refuse({
    code: 'fields-invalid',
    field: 'issuerUrl',
    sentence: 'The issuer URL is not that of a realm at Keycloak, which ends with /realms/<realm>: elsewhere a person rotates the client.',
  });
};

/** Why the issuer gets no token. */
const deniedFor = ({ verdict, sentence }: Finding): ProviderRefusal => {
  if (saysNothing(verdict)) return unreachable(sentence);
  return { code: 'issuer-denied', sentence: `The issuer gets no token: ${sentence}` };
};

/** Signs the issuer in, as the client that it is: its token lives for as long as the realm says, and is used for this work only. */
export const signIn = async (http: ProviderHttp, issuer: OpenedFields): Promise<Result<IssuerCaller, ProviderRefusal>> => {
  const fields = parseRealmClient(issuer);
  if (!fields.ok) return fields;
  const baseUrl = adminUrlOf(fields.value.issuerUrl);
  if (!baseUrl.ok) return baseUrl;
  const token = await getToken(http, fields.value);
  return token.ok ? ok({ token: token.value.reveal(), baseUrl: baseUrl.value }) : refuse(deniedFor(token.refusal));
};
