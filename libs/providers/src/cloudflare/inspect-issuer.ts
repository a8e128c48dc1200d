import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ProviderHttp } from '../http/index.ts';
import type { IssuerCalls } from '../issued/issuer-calls.ts';
import type { SeenOfIssuer } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { CloudflareFields } from './fields.ts';
import { Granted, One } from './issue-token.ts';
import { verifyToken } from './verify-token.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** Cloudflare's own names of what the issuer needs, by where the token of today lives. */
const permissionAt = (providerId: string): string => (providerId.startsWith('accounts/') ? 'Account API Tokens' : 'API Tokens');

/** The names of all that the issuer's token was given, where it may read itself: one of another home may not, and sees none. */
const grantedTo = async (api: IssuerCalls, http: ProviderHttp, issuer: CloudflareFields): Outcome<readonly string[]> => {
  const itself = await verifyToken(http, issuer);
  if (!itself.ok || itself.value.providerId === null) return ok([]);
  const caller = { token: issuer.token, baseUrl: issuer.apiBaseUrl };
  const read = await api(caller, { path: `/${itself.value.providerId}`, doing: 'read a token' }, Granted);
  if (!read.ok) return read.refusal.code === 'issuer-lacks-privilege' ? ok([]) : read;
  const policies = read.value.body?.result.policies ?? [];
  return ok(policies.flatMap((policy) => policy.permission_groups.flatMap(({ name }) => name ?? [])));
};

/**
 * Whether the issuer's token reads the token of today, and may create another one: the first it does, the second is among its permissions. Where
 * neither is, the second is unseen.
 */
export const inspectIssuer = async (
  { api, http }: { readonly api: IssuerCalls; readonly http: ProviderHttp },
  issuer: CloudflareFields,
  current: string,
): Outcome<SeenOfIssuer> => {
  const caller = { token: issuer.token, baseUrl: issuer.apiBaseUrl };
  const model = await api(caller, { path: `/${current}`, doing: 'read a token' }, One);
  if (!model.ok) return model;
  if (!model.value.body) return refuse(noToken(current));
  const granted = await grantedTo(api, http, issuer);
  if (!granted.ok) return granted;
  const permission = permissionAt(current);
  if (granted.value.includes(`${permission} Write`)) return ok({ lacks: [] });
  const unseen = `Cloudflare doesn't show whether its token has the permission "${permission} Write", which a rotation needs.`;
  if (!granted.value.includes(`${permission} Read`)) return ok({ lacks: [], unseen });
  const sentence = `The issuer's token reads tokens at Cloudflare, and may create none: give it the permission "${permission} Write".`;
  return ok({ lacks: [{ code: 'issuer-lacks-privilege', needed: 'rotation', sentence }] });
};

/** What was to be read as the issuer isn't among what the issuer sees. */
export const noToken = (path: string): ProviderRefusal => ({
  code: 'provider-refused',
  sentence: `Cloudflare has no ${path}: is it another user's, or an account's?`,
});
