import type { ProviderRate } from '../http/pace.ts';

/** Ours: nobody could publish one. */
export const postgresRate = { calls: 50, perMs: 1_000 } as const satisfies ProviderRate;
