import type { Recorded } from '@keyturn/contracts/events';
import type { RegisteredCredential, Version } from './state.ts';

/** What of a recorded event its data does not say. */
export type Fact = Pick<Recorded, 'position' | 'recordedAt' | 'meta'>;

export const changeVersion = (state: RegisteredCredential, version: number, change: Partial<Version>): RegisteredCredential => ({
  ...state,
  versions: state.versions.map((known) => (known.version === version ? { ...known, ...change } : known)),
});
