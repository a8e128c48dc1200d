import type { ProviderRate } from '../http/pace.ts';

/** By Namecheap’s documentation: the one that satisfies its hourly limit, too. */
export const namecheapRate = { calls: 11, perMs: 60_000 } as const satisfies ProviderRate;
