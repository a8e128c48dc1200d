import { z } from 'zod';
import {
  ask,
  bearer,
  type Finding,
  httpAdapter,
  type ProviderHttp,
  type ProviderReply,
  readJson,
  unexpected,
  urlOf,
} from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';

const NAME = 'Stripe';
export const STRIPE_URL = 'https://api.stripe.com/v1';

const Fields = z.object({ secretKey: z.string(), accountId: z.string().optional(), apiVersion: z.string().optional() });
type Fields = z.infer<typeof Fields>;

const Balance = z.object({ object: z.literal('balance'), livemode: z.boolean() });
const Refused = z.object({ error: z.object({ type: z.string(), code: z.string().optional() }) });

const isRestricted = (key: string): boolean => key.startsWith('rk_');
const isOfOrganization = (key: string): boolean => key.startsWith('sk_org_');

const headersOf = ({ secretKey, accountId, apiVersion }: Fields): Readonly<Record<string, string>> => ({
  ...bearer(secretKey),
  ...(apiVersion === undefined ? {} : { 'stripe-version': apiVersion }),
  ...(isOfOrganization(secretKey) && accountId !== undefined ? { 'stripe-context': accountId } : {}),
});

const refusalOf = (reply: ProviderReply, { secretKey, apiVersion }: Fields): Finding => {
  const refused = readJson(Refused, reply)?.error;
  if (!refused) return unexpected(NAME, reply.status);
  if (refused.code === 'api_key_expired')
    return { verdict: 'invalid', sentence: `${NAME} says that this key has expired: make a new one.` };
  if (reply.status === 401) return { verdict: 'invalid', sentence: `${NAME} doesn't know this key: it is mistyped, rolled or deleted.` };
  if (reply.status === 403 && isRestricted(secretKey) && refused.type === 'invalid_request_error')
    return {
      verdict: 'valid',
      sentence: `${NAME} knows this restricted key, which may not read the balance: whether it may do what it is for, only its use shows.`,
    };
  if (reply.status === 403)
    return {
      verdict: 'forbidden',
      sentence: `${NAME} doesn't let this key read the balance from here (403): check its permissions and addresses.`,
    };
  const version = apiVersion === undefined ? '' : ' and the API version';
  return {
    verdict: 'forbidden',
    sentence: `${NAME} refuses to show the balance (${reply.status}): check the account id, which an organization's key needs${version}.`,
  };
};

/** A Stripe secret key, a restricted one or an organization's: reads the balance. */
export const stripeAdapter = (http: ProviderHttp, baseUrl = STRIPE_URL): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async (fields) => {
      const asked = await ask(http, NAME, { url: urlOf(baseUrl, '/balance'), headers: headersOf(fields) });
      if (!asked.ok) return asked.refusal;
      if (asked.value.status !== 200) return refusalOf(asked.value, fields);
      const balance = readJson(Balance, asked.value);
      if (!balance) return unexpected(NAME, 200);
      const mode = balance.livemode ? 'live mode' : 'test mode';
      return { verdict: 'valid', sentence: `${NAME} takes the key, in ${mode}.`, can: ['read the balance', `work in ${mode}`] };
    },
  });
