import { AsyncLocalStorage } from 'node:async_hooks';

type Piece = {
  /** `gives-way`: it is none that anybody waits for, and is tried another time. `waits`: for its turns, as whatever belongs to no piece does. */
  readonly kind: 'work' | 'gives-way' | 'waits';
  isBegun: boolean;
  /** With whose account the provider is called, by a name of the value that calls; null where that isn't known. */
  account: string | null;
};

const piece = new AsyncLocalStorage<Piece>();

/** With whose account the call that is made here is made, as far as it is known. */
export const accountHere = (): string | null => piece.getStore()?.account ?? null;

/**
 * Does it as one piece of work, which has little time and comes back: its first call of a provider is sent away (`TurnTooFar`) where too many
 * others are before it. Once one was let through, the others wait for their turns: to break off what is begun would waste it. Calls that belong
 * to no such work always wait. `account`: a name, which is no secret, of the value with which the provider is called.
 */
export const asOneWork = <T>(perform: () => Promise<T>, account: string | null = accountHere()): Promise<T> =>
  piece.run({ kind: 'work', isBegun: false, account }, perform);

/** Does what nobody waits for: it begins only where its turn comes at once, and is sent away before any work is. It may not come back. */
export const givingWay = <T>(perform: () => Promise<T>, account: string): Promise<T> =>
  piece.run({ kind: 'gives-way', isBegun: false, account }, perform);

/** Its calls wait for their turns, and are known to be made with this account. */
export const withAccount = <T>(perform: () => Promise<T>, account: string): Promise<T> =>
  piece.run({ kind: 'waits', isBegun: false, account }, perform);

/** What is called from here on, in the same piece, is called with this account. */
export const actsAs = (account: string): void => {
  const here = piece.getStore();
  if (here) here.account = account;
};

/** Which kind of piece the call that is made here begins; null where it begins none. */
export const begins = (): Piece['kind'] | null => {
  const here = piece.getStore();
  return here && !here.isBegun ? here.kind : null;
};

/** The call that is made here was let through. */
export const workBegan = (): void => {
  const here = piece.getStore();
  if (here) here.isBegun = true;
};

/** Whether the call that is made here belongs to work that comes back. */
export const isInWork = (): boolean => piece.getStore()?.kind === 'work';
