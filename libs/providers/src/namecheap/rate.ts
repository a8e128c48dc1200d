import type { ProviderRate } from '../http/pace.ts';

/** By Namecheap’s documentation. */
export const namecheapRate = { calls: 20, perMs: 60_000 } as const satisfies ProviderRate;
