import { saysNothing } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { ask, bearer, type Finding, type ProviderHttp, type ProviderReply, readJson, unexpected, urlOf } from '../http/index.ts';
import { CloudflareId } from '../issued/provider-id.ts';
import type { CloudflareFields } from './fields.ts';

const NAME = 'Cloudflare';

/** In which state a token is; `unknown`: Cloudflare has another word for it, which isn't repeated. */
export const TokenStatus = z.enum(['active', 'disabled', 'expired']).or(z.string().transform(() => 'unknown' as const));
export type TokenStatus = z.infer<typeof TokenStatus>;

const Verified = z.object({ result: z.object({ id: CloudflareId.optional(), status: TokenStatus }) });
const Refused = z.object({ errors: z.array(z.object({ code: z.int() })) });

/** What Cloudflare says of a token that is its own: where it lives, e.g. `user/tokens/<id>`, and in which state. */
export type VerifiedToken = { readonly providerId: string | null; readonly status: TokenStatus };

/** "Invalid request headers", and "Invalid API Token": both are about the token. */
const NO_TOKEN: ReadonlySet<number> = new Set([6003, 1000]);

const refusalOf = (reply: ProviderReply): Finding => {
  const codes = readJson(Refused, reply)?.errors.map(({ code }) => code);
  if (codes === undefined) return unexpected(NAME, reply.status);
  if (reply.status === 401 || codes.some((code) => NO_TOKEN.has(code)))
    return {
      verdict: 'invalid',
      sentence: `${NAME} doesn't know this token: it is mistyped, rolled or deleted, or it is a global API key.`,
    };
  return {
    verdict: 'forbidden',
    sentence: `${NAME} doesn't let this token in from here (${reply.status}): check its allowed client addresses and its account id.`,
  };
};

/** Asks whether the token is one. An account's own are verified at the account, a user's at the user: which one it is, the token doesn't say. */
export const verifyToken = async (
  http: ProviderHttp,
  { token, accountId, apiBaseUrl }: CloudflareFields,
): Promise<Result<VerifiedToken, Finding>> => {
  const verifyAt = async (home: string): Promise<Result<VerifiedToken, Finding>> => {
    const asked = await ask(http, NAME, { url: urlOf(apiBaseUrl, `/${home}/verify`), headers: bearer(token) });
    if (!asked.ok) return asked;
    if (asked.value.status !== 200) return refuse(refusalOf(asked.value));
    const verified = readJson(Verified, asked.value);
    if (!verified) return refuse(unexpected(NAME, 200));
    const { id, status } = verified.result;
    return ok({ providerId: id === undefined ? null : `${home}/${id}`, status });
  };
  if (accountId === undefined) return verifyAt('user/tokens');
  const ofAccount = await verifyAt(`accounts/${accountId}/tokens`);
  if (ofAccount.ok || saysNothing(ofAccount.refusal.verdict)) return ofAccount;
  const ofUser = await verifyAt('user/tokens');
  // An account's own token that isn't let in from here is no user's: that nobody knows it there says nothing.
  const isOfAccount = ofAccount.refusal.verdict === 'forbidden' && !ofUser.ok && ofUser.refusal.verdict === 'invalid';
  return isOfAccount ? ofAccount : ofUser;
};
