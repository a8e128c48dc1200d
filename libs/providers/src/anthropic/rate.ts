import type { ProviderRate } from '../http/pace.ts';

/** Ours: Anthropic’s lowest limit of anything, because it publishes none for what is asked here. */
export const anthropicRate = { calls: 50, perMs: 60_000 } as const satisfies ProviderRate;
