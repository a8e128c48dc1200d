import type { WrappedKey } from './key-wrapper.ts';

export type StoredSealingKey = WrappedKey & { readonly id: string; readonly publicKey: string; readonly notAfter: string };
export type StoredIdentity = WrappedKey & { readonly publicKey: string };

/** Wrapped keys of all kinds; plaintext never reaches it. */
export interface KeyTable {
  /** The wrapped DEK of a version, or null once it was shredded. */
  dek(credentialId: string, version: number): Promise<WrappedKey | null>;
  identity(): Promise<StoredIdentity | null>;
  /** Keeps the first identity ever stored, and answers it. */
  storeIdentity(identity: StoredIdentity): Promise<StoredIdentity>;
  sealingKeys(): Promise<readonly StoredSealingKey[]>;
  /** Throws `KekNotActive` where it is wrapped under another KEK than the active one. */
  storeSealingKey(key: StoredSealingKey): Promise<void>;
  deleteSealingKeys(ids: readonly string[]): Promise<void>;
  /** Live versions whose DEK is missing: nothing could open them. Looks at what is live, never at the log. */
  missingDeks(): Promise<readonly { readonly credentialId: string; readonly version: number }[]>;
}
