import type { Clock } from '@keyturn/kernel';
import type { VaultClient } from '../clients/vault.ts';
import { GATEWAY_ACTOR } from './identity.ts';
import type { Session } from './session.ts';

/** Which sessions were revoked, by the vault's word. */
export interface SessionRevocations {
  /** Knows of a revocation at most half a minute late. Throws `ServiceUnavailable` where the vault can't say: then nobody is let in. */
  isRevoked(session: Pick<Session, 'identity' | 'startedAt'>): Promise<boolean>;
  /** Asks anew about this person next time: something has just been revoked here. */
  forget(personId: string): void;
}

const KEPT_MS = 30_000;
const MOST_KEPT = 10_000;

type Kept = { readonly until: number; readonly answer: Promise<number> };
export type SessionRevocationsDeps = { readonly vault: Pick<VaultClient, 'query'>; readonly clock: Clock };

export const sessionRevocations = ({ vault, clock }: SessionRevocationsDeps): SessionRevocations => {
  const kept = new Map<string, Kept>();
  const ask = async (personId: string): Promise<number> => {
    const found = await vault.query('person.sessions', { actor: GATEWAY_ACTOR, data: { personId } });
    if (!found.ok) throw new Error(`the vault does not say which sessions are revoked: ${found.refusal.code}`);
    return found.value.revokedBefore === null ? -Infinity : Date.parse(found.value.revokedBefore);
  };
  /** One question for all that come meanwhile; a fault is not kept. */
  const revokedBefore = (personId: string): Promise<number> => {
    const now = clock.now().getTime();
    const known = kept.get(personId);
    if (known && now < known.until) return known.answer;
    if (kept.size >= MOST_KEPT) kept.clear();
    const answer = ask(personId);
    kept.set(personId, { until: now + KEPT_MS, answer });
    answer.catch(() => {
      if (kept.get(personId)?.answer === answer) kept.delete(personId);
    });
    return answer;
  };
  return {
    isRevoked: async ({ identity, startedAt }) => startedAt <= (await revokedBefore(identity.id)),
    forget: (personId) => void kept.delete(personId),
  };
};
