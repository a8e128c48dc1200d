import type { ProviderRate } from '../http/pace.ts';

/** Ours: nobody could publish one. */
export const genericRate = { calls: 600, perMs: 60_000 } as const satisfies ProviderRate;
