import { z } from 'zod';
import { type ProviderReply, readJson } from '../http/index.ts';
import { type IssuerCall, issuerCalls, type IssuerCalls, type IssuerCallsOptions, statusOf } from '../issued/issuer-calls.ts';
import type { ProviderRefusal } from '../refusal.ts';

const Refused = z.object({ errors: z.array(z.object({ code: z.int() })) });

const numbersOf = (reply: ProviderReply): readonly number[] => readJson(Refused, reply)?.errors.map(({ code }) => code) ?? [];
const codesOf = (reply: ProviderReply): readonly string[] => numbersOf(reply).map((code) => `error ${code}`);

/** "Invalid API Token", "Invalid request headers", and "Cannot use the access token from location": all about the token. */
const ABOUT_TOKEN: ReadonlySet<number> = new Set([1000, 6003, 9109]);

const refusalOf = (reply: ProviderReply, { doing }: IssuerCall): ProviderRefusal => {
  const { status } = reply;
  const said = statusOf(reply, codesOf(reply));
  const isOfToken = status === 401 || (status === 400 && numbersOf(reply).some((code) => ABOUT_TOKEN.has(code)));
  if (isOfToken) return { code: 'issuer-denied', sentence: `Cloudflare doesn't take the issuer's token (${said}): give it a new value.` };
  if (status === 403)
    return {
      code: 'issuer-lacks-privilege',
      grants: [],
      sentence:
        `Cloudflare doesn't let the issuer's token ${doing} (${said}): give it the permission "API Tokens Write" for a user's tokens, ` +
        `or "Account API Tokens Write" for an account's, and allow the rotation worker's address.`,
    };
  return { code: 'provider-refused', sentence: `Cloudflare doesn't ${doing} (${said}).` };
};

/** Calls of Cloudflare's API v4 as the issuer. */
export const cloudflareApi = ({ http, wait }: Pick<IssuerCallsOptions, 'http' | 'wait'>): IssuerCalls =>
  issuerCalls({ http, wait, provider: 'Cloudflare', refusalOf, codesOf });
