import type { FieldDifference } from '@keyturn/contracts/commands';
import { haveSameSecret, type RegisteredCredential } from './state.ts';
import type { Version } from './version.ts';

const names = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();

const publicChange = (a: string | undefined, b: string | undefined): FieldDifference['change'] => {
  if (a === undefined) return 'added';
  if (b === undefined) return 'removed';
  return a === b ? 'same' : 'changed';
};

export const comparePublic = (a: Version, b: Version): FieldDifference[] =>
  names(a.publicFields, b.publicFields).map((field) => {
    const [before, after] = [a.publicFields[field], b.publicFields[field]];
    return { field, secret: false, change: publicChange(before, after), a: before ?? null, b: after ?? null };
  });

/** Is it known without opening anything whether the secrets differ? Null: both must be opened. */
export const foreseeSecret = (state: RegisteredCredential, a: Version, b: Version): 'same' | 'unknown' | null => {
  if (a.shreddedAt !== null || b.shreddedAt !== null) return 'unknown';
  return haveSameSecret(state, a, b) ? 'same' : null;
};

/** Which secret fields differ; never what they are. `isSame` is only asked about fields that both versions have. */
export const compareSecret = (a: Version, b: Version, judge: (field: string) => 'same' | 'changed' | 'unknown'): FieldDifference[] =>
  names(a.masks, b.masks).map((field) => {
    const side = a.masks[field] === undefined ? 'added' : b.masks[field] === undefined ? 'removed' : null;
    return { field, secret: true, change: side ?? judge(field), a: null, b: null };
  });
