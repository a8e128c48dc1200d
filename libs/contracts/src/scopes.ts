import { createHash } from 'node:crypto';

/** What admins run and everybody may be granted. */
export const SYSTEM_SCOPE = 'system';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 26;
/** An issuer that no sign-in provider is: the people whom an older system knew by an id of its own. */
const LEGACY_ISSUER = 'urn:keyturn:legacy';

/** RFC 4648 base32, lower case, without padding; as many characters as are asked for. */
const base32 = (bytes: Uint8Array, length: number): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length }, (_, at) => ALPHABET[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]).join('');
};

/**
 * The scope of a person's own credentials: `user-` and the first 26 characters of base32 (RFC 4648, lower case) of SHA-256 over the UTF-8 of
 * the JSON array `["<iss>","<sub>"]` without blanks, which is its RFC 8785 form: no two pairs have the same. For ever the same; it says
 * nothing about who it is to somebody who doesn't know.
 */
export const userScope = (issuer: string, subject: string): string =>
  `user-${base32(
    createHash('sha256')
      .update(JSON.stringify([issuer, subject]), 'utf8')
      .digest(),
    LENGTH,
  )}`;

/**
 * The persons' scopes whose secrets grants give by name, each once. `*` in place of a scope means the system's, and an `ack` gives nothing
 * (ADR-0021).
 */
export const personsNamedBy = (grants: readonly { readonly action: string; readonly pattern: string }[]): string[] => {
  const scopes = grants.filter(({ action }) => action !== 'ack').map(({ pattern }) => pattern.split('.')[0] ?? '');
  return [...new Set(scopes)].filter((scope) => scope !== SYSTEM_SCOPE && scope !== '*').toSorted();
};

/**
 * The scope of somebody whom only an older system's user id names so far: `userScope('urn:keyturn:legacy', id)`. Credentials that are
 * imported before that id is mapped to a person live there for ever; from the mapping on they are that person's (`legacy-user.map`).
 */
export const legacyUserScope = (legacyId: string): string => userScope(LEGACY_ISSUER, legacyId);
