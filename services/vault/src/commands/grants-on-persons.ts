import type { Actor, Refusal } from '@keyturn/contracts';
import type { Grant } from '@keyturn/contracts/events';
import { personsNamedBy } from '@keyturn/contracts/scopes';
import type { Consumer } from '../folds.ts';
import { refuseOldLogin } from '../credential/recent-login.ts';

// ADR-0034: a program that may have persons' own keys by name is made neither by an open browser nor unseen.

const isWithin = (held: readonly Grant[], { action, pattern }: Grant): boolean =>
  held.some((grant) => grant.action === action && grant.pattern === pattern);

/** What is granted on persons' scopes and was not before. */
const newOnPersons = (before: readonly Grant[], after: readonly Grant[]): Grant[] =>
  after.filter((grant) => personsNamedBy([grant]).length > 0 && !isWithin(before, grant));

/** Grants may name persons anew only after a recent login. Taking some away, or the same again, asks for none. */
export const refuseGranting = (state: Consumer | null, grants: readonly Grant[], actor: Actor, now: string): Refusal | null =>
  newOnPersons(state?.grants ?? [], grants).length === 0 ? null : refuseOldLogin(actor, now);

/** So does a token of a consumer whose grants name persons. */
export const refuseToken = (state: Consumer | null, actor: Actor, now: string): Refusal | null =>
  personsNamedBy(state?.grants ?? []).length === 0 ? null : refuseOldLogin(actor, now);
