import type { Checkpoint } from './entry-store.ts';

/** The newest event of the vault's log, by the vault's own word. */
export interface VaultHead {
  /** Null while the vault gives no answer. */
  read(): Promise<Checkpoint | null>;
}
