import { z } from 'zod';
import {
  ask,
  bearer,
  counted,
  type Finding,
  httpAdapter,
  type ProviderHttp,
  type ProviderReply,
  readJson,
  unexpected,
  urlOf,
} from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';

const NAME = 'Cloudflare';
const BASE = 'https://api.cloudflare.com/client/v4';

const Fields = z.object({ token: z.string(), accountId: z.string().optional(), apiBaseUrl: z.string().optional() });
type Fields = z.infer<typeof Fields> & { readonly apiBaseUrl: string };

const Verified = z.object({ result: z.object({ status: z.string() }) });
const Zones = z.object({ result: z.array(z.unknown()), result_info: z.object({ total_count: z.int() }).optional() });
const Refused = z.object({ errors: z.array(z.object({ code: z.int() })) });

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

const stateOf = (status: string): Finding | null => {
  if (status === 'active') return null;
  if (status === 'expired') return { verdict: 'invalid', sentence: `The token has expired at ${NAME}: make a new one, or move its end.` };
  if (status === 'disabled') return { verdict: 'invalid', sentence: `The token is disabled at ${NAME}: enable it, or make a new one.` };
  return unexpected(NAME, 200);
};

/** An account's own tokens are verified at the account, a user's at the user: which one it is, the token doesn't say. */
const verify = async (http: ProviderHttp, { token, accountId, apiBaseUrl }: Fields): Promise<Finding | null> => {
  const verifyAt = async (path: string): Promise<Finding | null> => {
    const asked = await ask(http, NAME, { url: urlOf(apiBaseUrl, path), headers: bearer(token) });
    if (!asked.ok) return asked.refusal;
    if (asked.value.status !== 200) return refusalOf(asked.value);
    const verified = readJson(Verified, asked.value);
    return verified ? stateOf(verified.result.status) : unexpected(NAME, 200);
  };
  const ofAccount = accountId === undefined ? null : await verifyAt(`/accounts/${accountId}/tokens/verify`);
  const isOfUser = accountId === undefined || ofAccount?.verdict === 'invalid' || ofAccount?.verdict === 'forbidden';
  return isOfUser ? verifyAt('/user/tokens/verify') : ofAccount;
};

/** The zones in sight are what most tokens are for, but a token may well be for something else. */
const zonesInSight = async (http: ProviderHttp, { token, accountId, apiBaseUrl }: Fields): Promise<number | null> => {
  const query = accountId === undefined ? '' : `&account.id=${accountId}`;
  const asked = await ask(http, NAME, { url: urlOf(apiBaseUrl, `/zones?per_page=5${query}`), headers: bearer(token) });
  const zones = asked.ok && asked.value.status === 200 ? readJson(Zones, asked.value) : null;
  return zones ? (zones.result_info?.total_count ?? zones.result.length) : null;
};

/** A Cloudflare API token: verified where it belongs, then asked for the zones that it sees. */
export const cloudflareAdapter = (http: ProviderHttp, baseUrl = BASE): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async ({ apiBaseUrl = baseUrl, ...rest }) => {
      const fields = { ...rest, apiBaseUrl };
      const refused = await verify(http, fields);
      if (refused) return refused;
      const zones = await zonesInSight(http, fields);
      const seen = zones === null ? 'whether it sees zones, Cloudflare didn’t say' : `it sees ${counted(zones, 'zone')}`;
      return {
        verdict: 'valid',
        sentence: `${NAME} takes the token; ${seen}.`,
        ...(zones === null || zones === 0 ? {} : { can: [`see ${counted(zones, 'zone')}`] }),
      };
    },
  });
