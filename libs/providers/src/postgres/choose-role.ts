import { createHash } from 'node:crypto';

const MAX_IDENTIFIER_BYTES = 63;
const HASH_LENGTH = 8;

/** Cuts at a character's border, because Postgres would cut a longer name silently, and maybe into another role's. */
const cutToBytes = (text: string, bytes: number) => {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
};

/**
 * Names the owner's n-th alternate login, `<owner>_kt<n>`. An owner whose name leaves no room is cut and told apart by a hash of
 * its full name.
 */
export const alternateName = (owner: string, n: number): string => {
  const plain = `${owner}_kt${n}`;
  if (Buffer.byteLength(plain) <= MAX_IDENTIFIER_BYTES) return plain;
  const suffix = `_${createHash('sha256').update(owner).digest('hex').slice(0, HASH_LENGTH)}_kt${n}`;
  return cutToBytes(owner, MAX_IDENTIFIER_BYTES - suffix.length) + suffix;
};

/**
 * A role that exists at the server already: ours (its comment carries this credential's fence) or somebody else's. `isOpen`: the last change
 * of ours left it able to log in.
 */
export type ExistingRole = { readonly username: string; readonly isOurs: boolean; readonly isOpen?: boolean };

export type RoleChoice = { readonly username: string; readonly creates: boolean };

/**
 * Picks the login role of a candidate: the owner or the first alternate that no live version uses. An alternate that exists but
 * isn't ours is never taken over. Nor is a role of ours that is open and that no live version explains: a log that a restore from a backup
 * replaced has let somebody in there, who may be all that works. If none is free, names one that is still to be created.
 */
export const chooseRole = (input: {
  readonly owner: string;
  readonly liveUsernames: readonly string[];
  readonly existing: readonly ExistingRole[];
}): RoleChoice => {
  const live = new Set(input.liveUsernames);
  const open = new Set(input.existing.filter(({ isOurs, isOpen }) => isOurs && isOpen).map(({ username }) => username));
  if (!live.has(input.owner) && !open.has(input.owner)) return { username: input.owner, creates: false };
  const ours = new Map(input.existing.map(({ username, isOurs }) => [username, isOurs]));
  for (let n = 1; ; n += 1) {
    const username = alternateName(input.owner, n);
    if (!live.has(username) && !open.has(username) && ours.get(username) !== false) return { username, creates: !ours.has(username) };
  }
};
