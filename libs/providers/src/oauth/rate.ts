import type { ProviderRate } from '../http/pace.ts';

/** Ours: nobody could publish one. */
export const oauthRate = { calls: 1200, perMs: 60_000 } as const satisfies ProviderRate;
