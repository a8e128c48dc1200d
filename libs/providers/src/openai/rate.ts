import type { ProviderRate } from '../http/pace.ts';

/** Ours: OpenAI publishes none for what is asked here. */
export const openAiRate = { calls: 300, perMs: 60_000 } as const satisfies ProviderRate;
