import type { Actor } from '@keyturn/contracts';
import { isAllowed, type Reach, READERS } from '@keyturn/contracts/access';
import { SYSTEM_SCOPE, userScope } from '@keyturn/contracts/scopes';
import { ok, type Result } from '@keyturn/kernel';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { Telling } from '../clients/event-feed.ts';
import type { VaultClient } from '../clients/vault.ts';

/** Who hears the stream: their roles, and the scopes that are their own. */
export type Hearer = { readonly roles: readonly string[]; readonly scopes: ReadonlySet<string> };

const reachOf = (scope: string | null, { scopes }: Hearer): Reach => {
  if (scope === null || scope === SYSTEM_SCOPE) return 'system';
  return scopes.has(scope) ? 'own' : 'others';
};

/** How much of an event of this scope somebody is told, by the policy; null: nothing. */
export const tellingFor = (hearer: Hearer, scope: string | null): Telling | null => {
  const reach = reachOf(scope, hearer);
  if (!isAllowed('event.hear', reach, hearer.roles)) return null;
  return isAllowed('event.read', reach, hearer.roles) ? 'whole' : 'bare';
};

/** Whoever has a role for the system's hears all of it, and needs no vault to begin: a page that waits for one stays connected. */
const hearsEverything = (roles: readonly string[]): boolean => READERS.some((role) => roles.includes(role));

/**
 * Who hears. Somebody's own is their scope, and what was imported for them under an older system's id: where their keys are shows which
 * scopes that is. What is mapped to them later is heard from their next stream on.
 */
export const hearerOf = async ({ vault }: { readonly vault: VaultClient }, actor: Actor): Promise<Result<Hearer, Refusal>> => {
  const { issuer, id, roles = [] } = actor;
  if (issuer === undefined) return ok({ roles, scopes: new Set() });
  const scope = userScope(issuer, id);
  if (hearsEverything(roles)) return ok({ roles, scopes: new Set([scope]) });
  const keys = await vault.query('credential.list', { actor, data: { scope, limit: 200 } });
  if (!keys.ok) return keys;
  const scopes = keys.value.items.map(({ address }) => address.split('.')[0] ?? '').filter((held) => held !== SYSTEM_SCOPE);
  return ok({ roles, scopes: new Set([scope, ...scopes]) });
};
