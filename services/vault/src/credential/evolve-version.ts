import type { Recorded } from '@keyturn/contracts/events';
import type { Rotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';
import type { Version } from './version.ts';

/** What of a recorded event its data does not say. */
export type Fact = Pick<Recorded, 'position' | 'recordedAt' | 'meta'>;

export const changeVersion = (state: RegisteredCredential, version: number, change: Partial<Version>): RegisteredCredential => ({
  ...state,
  versions: state.versions.map((known) => (known.version === version ? { ...known, ...change } : known)),
});

/** Changes the newest rotation, which alone can be open. */
export const changeRotation = (state: RegisteredCredential, change: Partial<Rotation>): RegisteredCredential => ({
  ...state,
  rotations: state.rotations.map((known, index) => (index === state.rotations.length - 1 ? { ...known, ...change } : known)),
});

/** An open rotation whose candidate is gone is where it was before: that of a person's may be brought again. */
export const withoutCandidate = (state: RegisteredCredential, version: number): RegisteredCredential => {
  const rotation = state.rotations.at(-1);
  const isIts = rotation?.status === 'open' && rotation.committedAt === null && rotation.serving === version;
  return isIts ? changeRotation(state, { candidate: null, serving: null, retiring: null, preflight: null }) : state;
};
