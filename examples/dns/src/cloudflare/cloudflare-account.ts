import type { Recipe } from '@keyturn/sdk';
import Cloudflare from 'cloudflare';

/** One Cloudflare credential in use: a client of its account, or of all that its user may do. */
export type CloudflareAccount = { readonly client: Cloudflare; readonly accountId: string | null };

const PROBE_TIMEOUT_MS = 5_000;

/** Builds the client from a token's fields, and shows that the token works before anything is asked with it. */
export const cloudflareRecipe: Recipe<CloudflareAccount> = {
  build: ({ token, accountId, apiBaseUrl }) => ({
    client: new Cloudflare({
      apiToken: token ?? '',
      ...(apiBaseUrl === undefined ? {} : { baseURL: apiBaseUrl }),
      timeout: PROBE_TIMEOUT_MS,
    }),
    accountId: accountId ?? null,
  }),
  probe: async ({ client }) => void (await client.zones.list({ per_page: 5 })),
  drain: async () => undefined,
};
