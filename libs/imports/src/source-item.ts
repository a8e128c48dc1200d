import type { CredentialType, PublicFields } from '@keyturn/contracts';
import type { Sensitive } from '@keyturn/kernel';

/** Whose a credential was in the older system. */
export type SourceOwner =
  | { readonly kind: 'system' }
  /** An id that only the older system knows. */
  | { readonly kind: 'legacy-user'; readonly id: string }
  /** A subject at the sign-in provider. */
  | { readonly kind: 'subject'; readonly subject: string; readonly name: string };

/** When it was added, changed, used and tested, as far as the source knows; ISO 8601 with an offset. */
export type SourceHistory = {
  readonly addedAt?: string;
  readonly updatedAt?: string;
  readonly lastUsedAt?: string;
  readonly lastTestedAt?: string;
  readonly testStatus?: string;
};

/** A credential that was read whole from a source. */
export type FoundCredential = {
  readonly kind: 'found';
  /** Names the row within its source, for ever the same: `encrypted_credentials/7`. */
  readonly reference: string;
  readonly owner: SourceOwner;
  readonly service: string;
  /** As people would call it; becomes the last part of the address. */
  readonly name: string;
  readonly credentialType: CredentialType;
  readonly publicFields: PublicFields;
  readonly secretFields: Sensitive<Readonly<Record<string, string>>>;
  readonly displayName?: string;
  readonly history: SourceHistory;
  /** What a person should know of how it was read; never a value. */
  readonly remarks: readonly string[];
  /** Why its place in the source is never emptied, not even once its value is held: other values are in the same place, and weren't read. */
  readonly staysBecause?: string;
};

/** A row whose value can't be read. */
export type UnreadableRow = {
  readonly kind: 'corrupt' | 'wrong-key' | 'no-key' | 'not-text' | 'malformed';
  readonly reference: string;
  readonly sentence: string;
};

/** A row that is no credential, or holds none (any more). `empty`: it may have been retired earlier. */
export type SkippedRow = { readonly kind: 'skipped' | 'empty'; readonly reference: string; readonly sentence: string };

/** One row of a source, whatever became of it. No row is ever left out silently. */
export type SourceItem = FoundCredential | UnreadableRow | SkippedRow;
