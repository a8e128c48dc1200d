import type { OneShotBox } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { newestSealingKey, sealFields, type SealedFor, SealingKeysUntrusted, verifySealingKeys } from '@keyturn/sealing/browser';
import type { QueryClient } from '@tanstack/react-query';
import { ApiProblem, localProblem } from '../../shared/api/api-problem.ts';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { now } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { IdentityChanged } from './identity-changed.ts';
import type { VaultMemory } from './known-vault.ts';
import { sealingQueries } from './sealing-queries.ts';

const text = strings.sealing;
const clock = { now: () => new Date(now()) };
const STALE = ['link-unknown', 'seal-expired'];

/** Only a page that came over HTTPS, or from this very machine, has the browser's cryptography. */
const expectCryptography = (): void => {
  if (!globalThis.isSecureContext) throw localProblem('sealing-unavailable', 422, text.unavailable.title);
};

/** The vault's sealing keys, signed by the identity that this browser knows; that of the first use is remembered. */
const trustedKeys = async (client: QueryClient, memory: VaultMemory) => {
  const published = await client.fetchQuery(sealingQueries.keys());
  const known = memory.read()?.identity ?? null;
  if (known !== null && known !== published.identityPublicKey) throw new IdentityChanged(known, published.identityPublicKey);
  try {
    const keys = await verifySealingKeys(published, published.identityPublicKey);
    if (known === null) memory.trust(published.identityPublicKey);
    return keys;
  } catch (fault) {
    if (fault instanceof SealingKeysUntrusted) throw localProblem('sealing-untrusted', 422, text.untrusted.title, fault);
    throw localProblem('sealing-unavailable', 422, text.unavailable.title, fault); // a browser without Ed25519
  }
};

type ToSeal = Omit<SealedFor, 'callerId'> & { readonly fields: Readonly<Record<string, string>> };

const seal = async (client: QueryClient, memory: VaultMemory, { fields, ...about }: ToSeal): Promise<OneShotBox> => {
  expectCryptography();
  const key = newestSealingKey(await trustedKeys(client, memory), clock);
  if (key === null) throw localProblem('seal-expired', 422, text.clock.title);
  const session = await client.fetchQuery(sessionQueries.current());
  if (session === null) throw localProblem('unauthenticated', 401, strings.problems['signed-out'].title);
  return sealFields(key, { ...about, callerId: session.id }, new Sensitive(fields), clock);
};

/**
 * Seals secret fields to the vault in this browser, and sends the box; once more, under fresh keys and the same idempotency key, where the
 * sealing key has ended meanwhile. Nothing is ever sent in clear instead: where it can't be sealed, it isn't sent.
 */
export const sendSealed = async <Answer>(
  client: QueryClient,
  memory: VaultMemory,
  what: ToSeal,
  send: (sealed: OneShotBox) => Promise<Answer>,
): Promise<Answer> => {
  const box = await seal(client, memory, what);
  try {
    return await send(box);
  } catch (error) {
    if (!(error instanceof ApiProblem) || !STALE.includes(error.problem.code)) throw error;
    await client.invalidateQueries({ queryKey: sealingQueries.key });
    return send(await seal(client, memory, what));
  }
};
