import type { Address } from '@keyturn/contracts';
import type { OnBehalfOf } from '@keyturn/contracts/commands';
import { covers } from '@keyturn/contracts';
import { userScope } from '@keyturn/contracts/scopes';
import { type Consumer, mayDo } from '../folds.ts';

// ADR-0021: a wildcard says which services a program may use, and not whose keys. Whose it says by name, or the user by their own token.

type User = OnBehalfOf | undefined;

const scopeIn = (pattern: string): string => pattern.split('.')[0] ?? '';

/** The `read` grants that name a scope, which `*` doesn't. */
const naming = (consumer: Consumer | null, scope: string): readonly string[] =>
  (consumer?.grants ?? []).filter(({ action, pattern }) => action === 'read' && scopeIn(pattern) === scope).map(({ pattern }) => pattern);

/** May the program ask for this user at all? */
export const maySpeakFor = (consumer: Consumer | null, user: User): boolean =>
  user === undefined || user.shownBy === 'token' || naming(consumer, userScope(user.issuer, user.subject)).length > 0;

/** May the program have what is at this address, of the user's own or of the system's? */
export const mayHave = (consumer: Consumer | null, user: User, { address, isOwn }: { address: Address; isOwn: boolean }): boolean => {
  if (!isOwn || user?.shownBy === 'token') return mayDo(consumer, 'read', address);
  return naming(consumer, scopeIn(address)).some((pattern) => covers(pattern, address));
};

/** How the user was shown, for the record. */
export const shownAs = (user: User): string => (user?.shownBy === 'token' ? ', by their token' : '');
