import type { ProviderRate } from '../http/pace.ts';

/** By Cohere’s documentation. */
export const cohereRate = { calls: 500, perMs: 60_000 } as const satisfies ProviderRate;
