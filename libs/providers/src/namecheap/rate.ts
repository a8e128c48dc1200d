import type { ProviderRate } from '../http/pace.ts';

/** Of Namecheap’s limits as others quote them: 20 a minute, and 700 an hour (docs/providers/namecheap.md). */
export const namecheapRate = { calls: 11, perMs: 60_000 } as const satisfies ProviderRate;
