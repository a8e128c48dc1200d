import { CREDENTIAL_TYPES, CredentialType, type TypeDefinition } from '@keyturn/contracts';

const WHOLE = '••••••';
const SHORTEST_SHOWN = 20;

/** The type, if it says that its values are told apart by their ends. Whatever it doesn't know is masked whole. */
const showingEnds = (credentialType: string): TypeDefinition | null => {
  const known = CredentialType.safeParse(credentialType);
  const type: TypeDefinition | null = known.success ? CREDENTIAL_TYPES[known.data] : null;
  return type?.mask === 'ends' ? type : null;
};

/**
 * What may be shown of a secret. An API key of 20 characters or more: the vendor's prefix, if its type has one and it begins so, then the
 * first four and the last four characters (`sk-1234...5678`). Everything else: six dots, whatever its length.
 */
export const mask = (credentialType: string, value: string): string => {
  const type = showingEnds(credentialType);
  if (type === null || value.length < SHORTEST_SHOWN) return WHOLE;
  const prefix = type.vendorPrefixes?.find((each) => value.startsWith(each)) ?? '';
  return `${value.slice(0, prefix.length + 4)}...${value.slice(-4)}`;
};
