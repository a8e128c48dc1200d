import { type Address, covers, partsOf } from '@keyturn/contracts';
import type { OnBehalfOf } from '@keyturn/contracts/commands';
import { userScope } from '@keyturn/contracts/scopes';
import { type Consumer, mayDo } from '../folds.ts';

// ADR-0021: a wildcard says which services a program may use, and not whose keys. Whose it says by name, or the user by their own token.

type User = OnBehalfOf | undefined;

const reads = (consumer: Consumer | null, isMeant: (pattern: string) => boolean): boolean =>
  consumer?.grants.some(({ action, pattern }) => action === 'read' && isMeant(pattern)) ?? false;

/** May the program ask for this user at all? */
export const maySpeakFor = (consumer: Consumer | null, user: User): boolean => {
  if (user === undefined || user.shownBy === 'token') return true;
  const scope = userScope(user.issuer, user.subject);
  return reads(consumer, (pattern) => partsOf(pattern).scope === scope);
};

/** May the program have what is at this address, of the user's own or of the system's? */
export const mayHave = (consumer: Consumer | null, user: User, { address, isOwn }: { address: Address; isOwn: boolean }): boolean =>
  mayDo(consumer, 'read', address) || (isOwn && user?.shownBy === 'token' && reads(consumer, (pattern) => covers(pattern, address)));

/** How the user was shown, for the record. */
export const shownAs = (user: User): string => (user?.shownBy === 'token' ? ', by their token' : '');
