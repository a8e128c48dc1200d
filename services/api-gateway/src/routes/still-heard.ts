import type { Clock } from '@keyturn/kernel';
import { ServiceUnavailable } from '../faults.ts';
import type { VerifyBearer } from '../identity/bearer.ts';
import type { Caller } from '../identity/identity.ts';
import { REMEMBERED_MS } from '../identity/remembered-bearer.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';
import { LONGEST_UNCONFIRMED_MS, type Standing } from '../identity/standing.ts';

export type Watching = {
  readonly revocations: Pick<SessionRevocations, 'isRevoked'>;
  readonly standing: Standing;
  readonly verifyBearer: VerifyBearer;
  readonly clock: Clock;
};

/** `sureAt`: when at the earliest somebody stood by it. */
type Word = { readonly roles: readonly string[]; readonly sureAt: number } | null;

/** What is said now of who opened a stream; null where they are nobody any more. */
const wordOn = async (
  { revocations, standing, verifyBearer, clock }: Watching,
  { session }: Caller,
  token: string | null,
): Promise<Word> => {
  const now = clock.now().getTime();
  if (session === undefined) {
    const verified = token === null ? null : await verifyBearer(token);
    return verified?.ok ? { roles: verified.value.roles, sureAt: now - REMEMBERED_MS } : null;
  }
  if (await revocations.isRevoked(session)) return null;
  const confirmed = await standing.confirm(session);
  return confirmed && { roles: confirmed.identity.roles, sureAt: confirmed.confirmedAt ?? now };
};

/**
 * Asks of who opened a stream whether it is over for them: they are refused by now, or have other roles and are to open another stream, which
 * tells them what these may hear. Where nobody can say, it goes on for as long as a request would be let in.
 */
export const overFor = (watching: Watching, caller: Caller, token: string | null): (() => Promise<boolean>) => {
  let sureAt = watching.clock.now().getTime() - (caller.session === undefined ? REMEMBERED_MS : 0);
  return async () => {
    try {
      const word = await wordOn(watching, caller, token);
      if (word === null || word.roles.join() !== caller.roles.join()) return true;
      ({ sureAt } = word);
      return false;
    } catch (fault) {
      if (!(fault instanceof ServiceUnavailable)) throw fault;
      return watching.clock.now().getTime() - sureAt >= LONGEST_UNCONFIRMED_MS;
    }
  };
};
