import { Agent, errors, request } from 'undici';
import { EgressRefused, type Resolve } from './checked-lookup.ts';
import { connectWithin, PlainHttpRefused } from './connect-within.ts';
import type { EgressRules } from './egress-rules.ts';

export type ProviderRequest = {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** What the provider answered, as it is: a redirect is an answer, and nobody follows it. */
export type ProviderReply = {
  readonly status: number;
  readonly text: string;
  /** How long to wait before asking again, if it says so. */
  readonly retryAfterSeconds: number | null;
  /** When it answered, by its own clock, to the second; null where it doesn't say. */
  readonly date: string | null;
};

/** No answer, and why, as the end of a sentence. Holds nothing of the request. */
export type NoReply = { readonly noReply: string };

export type ProviderHttp = { send(asked: ProviderRequest): Promise<ProviderReply | NoReply> };

export type ProviderHttpOptions = {
  readonly rules: EgressRules;
  readonly connectTimeoutMs?: number;
  /** For all of a call, from the lookup to the last byte. */
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
  /** How names are resolved: by the system, if nothing else is said. */
  readonly resolve?: Resolve;
};

/** By the code of a fault of the network, its cause in words. What isn't here is no fault of the network, and is thrown. */
const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name has no address',
  EAI_AGAIN: 'its name can’t be looked up just now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it cut the connection',
  EPIPE: 'it cut the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  EADDRNOTAVAIL: 'there is no way to it',
  ETIMEDOUT: 'it didn’t answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it didn’t answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it didn’t answer in time',
  UND_ERR_BODY_TIMEOUT: 'it didn’t answer in time',
  UND_ERR_SOCKET: 'it cut the connection',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'its answer is too long',
  UND_ERR_HEADERS_OVERFLOW: 'its answer is too long',
  EPROTO: 'it speaks no TLS there',
};

const isTls = (code: string): boolean => /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HPE_)/u.test(code);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

const reasonOf = (error: unknown): string | null => {
  if (error instanceof EgressRefused)
    return `it has a ${error.kind} address, which the egress rules forbid (EGRESS_ALLOW of the rotation worker names exceptions)`;
  if (error instanceof PlainHttpRefused) return 'a secret is sent over https only, save to an address that EGRESS_ALLOW names';
  if (error instanceof AggregateError) return error.errors.map(reasonOf).find((reason) => reason !== null) ?? null;
  if (error instanceof Error && error.name === 'TimeoutError') return 'it didn’t answer in time';
  if (error instanceof errors.HTTPParserError) return 'it doesn’t speak HTTP there';
  const code = codeOf(error);
  if (isTls(code)) return `its TLS certificate or handshake is refused (${code})`;
  return NETWORK[code] ?? null;
};

/** What is thrown instead of the library's error, which may hold the request. */
const fault = (error: unknown): Error =>
  new Error(`a call to a provider failed: ${codeOf(error) || (error instanceof Error ? error.name : 'no error')}`);

const dateOf = (header: string | readonly string[] | undefined): string | null => {
  const at = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

/** `Retry-After`: seconds, or a date, which is counted from when the provider says that it answered. */
const secondsOf = (header: string | readonly string[] | undefined, answeredAt: string | null): number | null => {
  if (typeof header === 'string' && /^\d{1,6}$/u.test(header)) return Number(header);
  const until = dateOf(header);
  return until === null || answeredAt === null ? null : Math.max(0, Math.ceil((Date.parse(until) - Date.parse(answeredAt)) / 1_000));
};

/** HTTP calls to providers: within the egress rules, within a time and a size, each on a connection of its own, no redirect followed. */
export const providerHttp = ({
  rules,
  connectTimeoutMs = 5_000,
  timeoutMs = 10_000,
  mostBytes = 1_000_000,
  resolve,
}: ProviderHttpOptions): ProviderHttp => ({
  send: async ({ url, method = 'GET', headers = {}, body }) => {
    const agent = new Agent({
      connect: connectWithin({ rules, resolve, timeoutMs: connectTimeoutMs }),
      maxResponseSize: mostBytes,
      pipelining: 0,
    });
    try {
      const answer = await request(url, {
        method,
        headers: { 'user-agent': 'keyturn', ...headers },
        ...(body === undefined ? {} : { body }),
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      const date = dateOf(answer.headers['date']);
      return { status: answer.statusCode, text, retryAfterSeconds: secondsOf(answer.headers['retry-after'], date), date };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) throw fault(error);
      return { noReply: reason };
    } finally {
      await agent.destroy();
    }
  },
});
