import type { ProviderRate } from '../http/pace.ts';

/** By Stripe’s documentation, in test mode too. */
export const stripeRate = { calls: 25, perMs: 1_000 } as const satisfies ProviderRate;
