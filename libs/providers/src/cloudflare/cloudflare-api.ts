import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { bearer, type ProviderHttp, type ProviderReply, readJson, urlOf } from '../http/index.ts';
import type { ProviderRefusal } from '../refusal.ts';

/** With which token a call is made, and where. */
export type CloudflareCaller = { readonly token: string; readonly baseUrl: string };

export type CloudflareCall = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** As the end of "Cloudflare doesn't …": what the call does. */
  readonly doing: string;
};

/** `body`: null where what was named isn't there. `at`: by Cloudflare's clock. */
export type CloudflareAnswer<Body> = { readonly body: Body | null; readonly at: string | null };

export type CloudflareApi = <Body>(
  caller: CloudflareCaller,
  call: CloudflareCall,
  schema: z.ZodType<Body>,
) => Promise<Result<CloudflareAnswer<Body>, ProviderRefusal>>;

export type CloudflareApiOptions = {
  readonly http: ProviderHttp;
  /** Waits before a call that came too early is made again. */
  readonly wait: (ms: number) => Promise<void>;
};

/** A longer wait than this is the engine's, which says so. */
const LONGEST_WAIT_S = 10;
const TRIES = 3;

const Refused = z.object({ errors: z.array(z.object({ code: z.int() })) });

const codesOf = (reply: ProviderReply): string => {
  const codes = readJson(Refused, reply)?.errors.map(({ code }) => code) ?? [];
  return [`HTTP ${reply.status}`, ...codes.map((code) => `error ${code}`)].join(', ');
};

const unreachable = (sentence: string): ProviderRefusal => ({ code: 'provider-unreachable', sentence });

const refusalOf = (reply: ProviderReply, { doing }: CloudflareCall): ProviderRefusal => {
  const { status, retryAfterSeconds } = reply;
  if (status === 429) {
    const when = retryAfterSeconds === null ? 'in a while' : `in ${retryAfterSeconds} s`;
    return unreachable(`Cloudflare takes no more calls just now (429); it is asked again, ${when} at the earliest.`);
  }
  if (status >= 500) return unreachable(`Cloudflare has trouble of its own (${codesOf(reply)}).`);
  if (status === 401 || status === 400) {
    const isOfToken = readJson(Refused, reply)?.errors.some(({ code }) => code === 1000 || code === 6003 || code === 9109) ?? false;
    if (status === 401 || isOfToken)
      return { code: 'issuer-denied', sentence: `Cloudflare doesn't take the issuer's token (${codesOf(reply)}): give it a new value.` };
  }
  if (status === 403)
    return {
      code: 'issuer-lacks-privilege',
      grants: [],
      sentence:
        `Cloudflare doesn't let the issuer's token ${doing} (${codesOf(reply)}): give it the permission "API Tokens Write" for a user's tokens, ` +
        `or "Account API Tokens Write" for an account's, and allow the rotation worker's address.`,
    };
  return { code: 'provider-refused', sentence: `Cloudflare doesn't ${doing} (${codesOf(reply)}).` };
};

/** Calls as the issuer. A call that comes too early is made again when Cloudflare says so, if that is soon. */
export const cloudflareApi =
  ({ http, wait }: CloudflareApiOptions): CloudflareApi =>
  async ({ token, baseUrl }, call, schema) => {
    const { method = 'GET', path, body } = call;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await http.send({
        url: urlOf(baseUrl, path),
        method,
        headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if ('noReply' in reply) return refuse(unreachable(`Cloudflare can't be asked: ${reply.noReply}.`));
      const { status, retryAfterSeconds } = reply;
      const isSoon = status === 429 && (retryAfterSeconds ?? 1) <= LONGEST_WAIT_S && attempt < TRIES;
      if (isSoon) {
        await wait((retryAfterSeconds ?? 1) * 1000);
        continue;
      }
      if (status === 404) return ok({ body: null, at: reply.date });
      if (status < 200 || status >= 300) return refuse(refusalOf(reply, call));
      const parsed = readJson(schema, reply);
      if (parsed === null) return refuse(unreachable(`Cloudflare answers what its API never would, when asked to ${call.doing}.`));
      return ok({ body: parsed, at: reply.date });
    }
  };
