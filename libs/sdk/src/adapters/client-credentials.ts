import { Sensitive, systemClock } from '@keyturn/kernel';
import { z } from 'zod';
import { isPassing, retryAfterMs, TryLater } from '../try-later.ts';
import { safeUrl } from './safe-url.ts';

export type ClientCredentialsOptions = {
  /** The sign-in provider, as its metadata names it. */
  readonly issuer: string;
  readonly clientId: string;
  /** A function is asked anew for each token. */
  readonly clientSecret: Sensitive<string> | (() => Sensitive<string>);
  /** Further parameters of the token request, e.g. `audience` or `scope`, where the provider wants them. */
  readonly parameters?: Readonly<Record<string, string>>;
};

const TIMEOUT_MS = 10_000;
const EARLY_MS = 30_000;
const Metadata = z.object({ issuer: z.string(), token_endpoint: z.string() });
const TokenAnswer = z.object({ access_token: z.string().min(1), token_type: z.string(), expires_in: z.number().positive().default(60) });

/** The sign-in provider refused a token. Holds nothing secret. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
}

/**
 * Gets access tokens for a program by the OAuth client-credentials grant (RFC 6749 §4.4). Each call asks for a fresh one, so a changed
 * secret or key takes effect at once; only while the provider can't answer is the last one given, for as long as it is good. A provider
 * that asks to be left alone (`Retry-After`) is not asked again before.
 */
export const clientCredentials = (options: ClientCredentialsOptions): (() => Promise<Sensitive<string>>) => {
  const issuer = safeUrl(options.issuer);
  let endpoint: URL | null = null;
  let notBefore = 0;
  let last: { readonly token: Sensitive<string>; readonly goodUntil: number } | null = null;

  const ask = async (): Promise<Sensitive<string>> => {
    const early = notBefore - performance.now();
    if (early > 0) throw new TryLater(`${issuer.origin} asked to be left alone`, early);
    endpoint ??= await tokenEndpoint(issuer);
    const askedAt = performance.now();
    const answer = TokenAnswer.parse(await readJson(endpoint, tokenRequest(options)));
    const token = new Sensitive(answer.access_token);
    last = { token, goodUntil: askedAt + answer.expires_in * 1000 - EARLY_MS };
    return token;
  };
  return async () => {
    try {
      return await ask();
    } catch (fault) {
      if (fault instanceof TryLater) notBefore = performance.now() + fault.waitMs;
      if (last && performance.now() < last.goodUntil && !(fault instanceof NoToken)) return last.token;
      throw fault;
    }
  };
};

const tokenEndpoint = async (issuer: URL): Promise<URL> => {
  const wellKnown = new URL(`${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const metadata = Metadata.parse(await readJson(wellKnown, {}));
  if (new URL(metadata.issuer).href !== issuer.href) throw new NoToken(`${issuer.href} says that it is another issuer`);
  return safeUrl(metadata.token_endpoint);
};

const tokenRequest = ({ clientId, clientSecret, parameters }: ClientCredentialsOptions): RequestInit => {
  const secret = typeof clientSecret === 'function' ? clientSecret() : clientSecret;
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret.reveal())}`).toString('base64');
  return {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString(),
  };
};

/** A refusal is `NoToken`; anything else that isn't an answer is a fault of the way, `TryLater` where the provider itself said so. */
const readJson = async (url: URL, init: RequestInit): Promise<unknown> => {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answered = `${url.origin} answered ${response.status}`;
  if (isPassing(response.status)) throw new TryLater(answered, retryAfterMs(response, systemClock));
  if (!response.ok) throw new NoToken(answered);
  return response.json();
};
