import type { ProviderRate } from '../http/pace.ts';

/** Ours: HuggingFace publishes none for what is asked here. */
export const huggingFaceRate = { calls: 6, perMs: 60_000 } as const satisfies ProviderRate;
