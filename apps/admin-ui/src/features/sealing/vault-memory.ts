import { now } from '../../shared/time/clock.ts';
import { knownVault } from './known-vault.ts';

/** What this browser remembers of the vault. */
export const vaultMemory = knownVault(
  {
    getItem: (place) => localStorage.getItem(place),
    setItem: (place, text) => localStorage.setItem(place, text),
  },
  now,
);
