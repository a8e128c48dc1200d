import type { Clock } from '@keyturn/kernel';
import { Sensitive } from '@keyturn/kernel';
import * as oidc from 'openid-client';
import { CliFailure } from '../cli-failure.ts';
import { isSafeUrl } from '../connection/safe-url.ts';
import type { SignIn } from './kept-sign-ins.ts';

export type Provider = { readonly issuer: string; readonly clientId: string };

/** What a person is shown: where to go, and the code that they compare or type there. */
export type Asked = { readonly url: string; readonly code: string };

const TIMEOUT_SECONDS = 10;

const discovered = async ({ issuer, clientId }: Provider): Promise<oidc.Configuration> => {
  if (!isSafeUrl(issuer)) throw new CliFailure('usage', 'The sign-in provider must be an https:// URL, or http:// on this machine.');
  const url = new URL(issuer);
  const execute = url.protocol === 'http:' ? [oidc.allowInsecureRequests] : []; // on this machine alone
  try {
    return await oidc.discovery(url, clientId, undefined, oidc.None(), { execute, timeout: TIMEOUT_SECONDS });
  } catch (cause) {
    throw new CliFailure('unreachable', `The sign-in provider ${issuer} does not answer, or is none.`, { cause });
  }
};

/** What the provider said no to, by its own code; never its text, which may quote what was sent. */
const refusalOf = (fault: unknown): string | null =>
  fault instanceof oidc.ResponseBodyError || fault instanceof oidc.AuthorizationResponseError ? fault.error : null;

type Tokens = Awaited<ReturnType<typeof oidc.refreshTokenGrant>>;

const signInOf = (provider: Provider, tokens: Tokens, before: SignIn | null, now: Date): SignIn => {
  const refreshToken = tokens.refresh_token ?? before?.refreshToken?.reveal();
  return {
    ...provider,
    accessToken: new Sensitive(tokens.access_token),
    refreshToken: refreshToken === undefined ? null : new Sensitive(refreshToken),
    expiresAt: new Date(now.getTime() + (tokens.expires_in ?? 0) * 1000).toISOString(),
  };
};

type Signing = {
  readonly provider: Provider;
  readonly scope: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ask: (asked: Asked) => void;
};

/** Signs a person in by the device flow (RFC 8628): they confirm a code in a browser, on this machine or another, and it is waited for. */
export const signInByDevice = async ({ provider, scope, clock, signal, ask }: Signing): Promise<SignIn> => {
  const configuration = await discovered(provider);
  try {
    const asked = await oidc.initiateDeviceAuthorization(configuration, { scope });
    ask({ url: asked.verification_uri_complete ?? asked.verification_uri, code: asked.user_code });
    const tokens = await oidc.pollDeviceAuthorizationGrant(configuration, asked, {}, { signal });
    return signInOf(provider, tokens, null, clock.now());
  } catch (cause) {
    signal.throwIfAborted();
    const refusal = refusalOf(cause);
    if (refusal === null) throw new CliFailure('unreachable', 'The sign-in provider broke off.', { cause });
    throw new CliFailure('denied', `The sign-in was not confirmed: ${refusal}.`, { cause });
  }
};

/** New tokens for those that end; null where the provider takes the sign-in no more. */
export const refreshed = async (before: SignIn, clock: Clock): Promise<SignIn | null> => {
  if (before.refreshToken === null) return null;
  const configuration = await discovered(before);
  try {
    const tokens = await oidc.refreshTokenGrant(configuration, before.refreshToken.reveal());
    return signInOf({ issuer: before.issuer, clientId: before.clientId }, tokens, before, clock.now());
  } catch (cause) {
    if (refusalOf(cause) !== null) return null;
    throw new CliFailure('unreachable', 'The sign-in provider does not answer.', { cause });
  }
};

/** Ends a sign-in at the provider, where it has a way to; false where it couldn't be. */
export const endedAtProvider = async ({ refreshToken, ...provider }: SignIn): Promise<boolean> => {
  if (refreshToken === null) return false;
  try {
    await oidc.tokenRevocation(await discovered(provider), refreshToken.reveal());
    return true;
  } catch {
    return false; // said to the person, who may end it there
  }
};
