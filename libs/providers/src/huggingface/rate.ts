import type { ProviderRate } from '../http/pace.ts';

/** By HuggingFace’s documentation, of the Hub. */
export const huggingFaceRate = { calls: 1000, perMs: 300_000 } as const satisfies ProviderRate;
