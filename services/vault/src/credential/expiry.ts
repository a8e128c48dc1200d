import { instant } from './details.ts';
import { haveSameSecret, type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';

// When a value ends is known of that value, not of its credential: the date of the one before goes with it.

/** A date as a staged version has it. */
export const endingAt = (expiresAt: string | undefined): { readonly expiresAt?: string } =>
  expiresAt === undefined ? {} : { expiresAt: instant(expiresAt) };

/** What a version that is just staged is known to end at: its own date, or that of the one whose secret it has. */
export const expiryOf = (
  state: RegisteredCredential,
  {
    expiresAt,
    editedFrom,
    sameAs,
  }: { readonly expiresAt?: string | undefined; readonly editedFrom: number | null; readonly sameAs: number | null },
): string | null =>
  expiresAt ?? (state.versions.length === 0 ? state.expiresAt : (versionOf(state, editedFrom ?? sameAs)?.expiresAt ?? null));

type Heir = Pick<Version, 'version' | 'editedFrom' | 'sameAs' | 'expiresAt'>;

/** What the event that makes `heir` current says of the date: nothing where that stays as it is. */
export const expiryAfter = (state: RegisteredCredential, heir: Heir): { readonly expiresAt?: string | null } => {
  const old = versionOf(state, state.current);
  if (!old || heir.expiresAt === state.expiresAt) return {};
  const isEdited = heir.editedFrom !== null && haveSameSecret(state, old, heir);
  return isEdited ? {} : { expiresAt: heir.expiresAt };
};

/** Until when the value that is current from now on works. A log of before that was said keeps the date, whichever value it was said of. */
export const endsFrom = (
  state: RegisteredCredential,
  { expiresAt = state.expiresAt }: { readonly expiresAt?: string | null | undefined },
) => ({
  expiresAt,
});
