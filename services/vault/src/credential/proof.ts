import { type Facts, lostInstances } from './awaited.ts';
import type { Rotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';

/** What a revocation's record says of the proof as it stands. */
export const proofOf = (state: RegisteredCredential, { evidence }: Rotation, facts: Facts) => ({
  acknowledged: Object.values(state.acknowledged).filter((said) => said.ok && said.generation === state.generation).length,
  lost: [...lostInstances(state, facts)],
  evidence: evidence?.sentence ?? '',
});
