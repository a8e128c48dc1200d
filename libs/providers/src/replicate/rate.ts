import type { ProviderRate } from '../http/pace.ts';

/** By Replicate’s documentation. */
export const replicateRate = { calls: 3000, perMs: 60_000 } as const satisfies ProviderRate;
