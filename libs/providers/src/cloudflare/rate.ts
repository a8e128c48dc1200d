import type { ProviderRate } from '../http/pace.ts';

/** Of a user, by Cloudflare’s documentation: 1,200 in five minutes, over all its API. */
export const cloudflareRate = { calls: 1200, perMs: 300_000 } as const satisfies ProviderRate;
