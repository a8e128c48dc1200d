import { CREDENTIAL_TYPES, CredentialType } from '@keyturn/contracts';

const WHOLE = '••••••';
const SHORTEST_SHOWN = 20;
/** A vendor's prefix such as `sk-`, `hf_`, `r8_` or `ghp_`: public, the same in all keys of its kind. */
const PREFIX = /^[a-z][a-z0-9]{1,3}[-_]/;

/** Does the type say that its values are told apart by their ends? Whatever it doesn't know is masked whole. */
const showsEnds = (credentialType: string): boolean => {
  const type = CredentialType.safeParse(credentialType);
  return type.success && CREDENTIAL_TYPES[type.data].mask === 'ends';
};

/**
 * What may be shown of a secret. An API key of 20 characters or more: its vendor's short prefix if it has one, then the first four and the
 * last four characters (`sk-1234...5678`). Everything else: six dots, whatever its length.
 */
export const mask = (credentialType: string, value: string): string => {
  if (!showsEnds(credentialType) || value.length < SHORTEST_SHOWN) return WHOLE;
  const prefix = PREFIX.exec(value)?.[0] ?? '';
  return `${value.slice(0, prefix.length + 4)}...${value.slice(-4)}`;
};
