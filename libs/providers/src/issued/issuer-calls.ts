import { ok, refuse, type Result } from '@keyturn/kernel';
import type { z } from 'zod';
import { bearer, type ProviderHttp, type ProviderReply, readJson, urlOf } from '../http/index.ts';
import type { ProviderRefusal } from '../refusal.ts';

/** As whom a call is made, and where. */
export type IssuerCaller = { readonly token: string; readonly baseUrl: string };

export type IssuerCall = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** As the end of "the provider doesn't …": what the call does. */
  readonly doing: string;
};

/** `body`: null where what was named isn't there. `at`: by the provider's clock. */
export type IssuerAnswer<Body> = { readonly body: Body | null; readonly at: string | null };

export type IssuerCalls = <Body>(
  caller: IssuerCaller,
  call: IssuerCall,
  schema: z.ZodType<Body>,
) => Promise<Result<IssuerAnswer<Body>, ProviderRefusal>>;

export type IssuerCallsOptions = {
  readonly http: ProviderHttp;
  /** Waits before a call that came too early is made again. */
  readonly wait: (ms: number) => Promise<void>;
  /** The provider, for people. */
  readonly provider: string;
  /** What an answer means that is neither good news, nor about the rate, nor trouble of the provider's own. */
  readonly refusalOf: (reply: ProviderReply, call: IssuerCall) => ProviderRefusal;
  /** What of an answer may be shown besides its status: codes, never its text. */
  readonly codesOf?: (reply: ProviderReply) => readonly string[];
};

/** A longer wait than this is the engine's, which says so. */
const LONGEST_WAIT_S = 10;
const TRIES = 3;

export const unreachable = (sentence: string): ProviderRefusal => ({ code: 'provider-unreachable', sentence });

/** `HTTP 403, error 9109`: a status with what else of an answer may be shown. */
export const statusOf = ({ status }: ProviderReply, codes: readonly string[] = []): string => [`HTTP ${status}`, ...codes].join(', ');

const tooEarly = (provider: string, { retryAfterSeconds }: ProviderReply): ProviderRefusal => {
  const when = retryAfterSeconds === null ? 'in a while' : `in ${retryAfterSeconds} s`;
  return unreachable(`${provider} takes no more calls just now (429); it is asked again, ${when} at the earliest.`);
};

/** A body where the API has one; a change that is answered by nothing has an empty one. */
const bodyOf = <Body>(schema: z.ZodType<Body>, reply: ProviderReply): Body | null =>
  readJson(schema, reply.text === '' ? { text: '{}' } : reply);

/** Calls as the issuer. A call that comes too early is made again when the provider says so, if that is soon. */
export const issuerCalls =
  ({ http, wait, provider, refusalOf, codesOf = () => [] }: IssuerCallsOptions): IssuerCalls =>
  async ({ token, baseUrl }, call, schema) => {
    const { method = 'GET', path, body } = call;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await http.send({
        url: urlOf(baseUrl, path),
        method,
        headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if ('noReply' in reply) return refuse(unreachable(`${provider} can't be asked: ${reply.noReply}.`));
      const { status, retryAfterSeconds } = reply;
      const isSoon = status === 429 && (retryAfterSeconds ?? 1) <= LONGEST_WAIT_S && attempt < TRIES;
      if (isSoon) {
        await wait((retryAfterSeconds ?? 1) * 1000);
        continue;
      }
      if (status === 404) return ok({ body: null, at: reply.date });
      if (status === 429) return refuse(tooEarly(provider, reply));
      if (status >= 500) return refuse(unreachable(`${provider} has trouble of its own (${statusOf(reply, codesOf(reply))}).`));
      if (status < 200 || status >= 300) return refuse(refusalOf(reply, call));
      const parsed = bodyOf(schema, reply);
      if (parsed === null) return refuse(unreachable(`${provider} answers what its API never would, when asked to ${call.doing}.`));
      return ok({ body: parsed, at: reply.date });
    }
  };
