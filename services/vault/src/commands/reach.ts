import { type Actor, partsOf } from '@keyturn/contracts';
import type { Reach } from '@keyturn/contracts/access';
import { SYSTEM_SCOPE, userScope } from '@keyturn/contracts/scopes';
import { z } from 'zod';
import type { Credential } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, legacyUserFold, streamOf } from '../folds.ts';

type Deps = Pick<VaultDeps, 'log'>;

/** The scope of the actor's own credentials; null for who has none. */
export const ownScopeOf = ({ issuer, id }: Actor): string | null => (issuer === undefined ? null : userScope(issuer, id));

const reachOfScope = async (deps: Deps, actor: Actor, scope: string): Promise<Reach> => {
  if (scope === SYSTEM_SCOPE) return 'system';
  const own = ownScopeOf(actor);
  if (own === null) return 'others';
  if (scope === own) return 'own';
  const mapped = await deps.log.state(legacyUserFold, streamOf.legacyUser(scope));
  return mapped?.scope === own ? 'own' : 'others';
};

const addressOf = (state: Credential): string | null => {
  if (state.status === 'unregistered') return null;
  return state.status === 'deleted' ? state.last.address : state.address;
};

/** An address never changes once it is recorded; that there is none may have changed since this replica looked. */
export const addressById = async ({ log }: Deps, credentialId: string): Promise<string | null> => {
  const stream = streamOf.credential(credentialId);
  return addressOf(await log.recall(credentialFold, stream)) ?? addressOf(await log.state(credentialFold, stream));
};

/** How a message names what it is about: an address beside an id counts only where a registration brings both. */
const Named = z.object({ address: z.string() });
const About = z.union([
  z.object({ credentialId: z.string() }),
  Named,
  z.object({ personId: z.string() }),
  z.object({ scope: z.string() }),
  z.object({}),
]);

/** Whose it is what a message is about, seen from the actor; `unknown` where it names a credential that there is not. */
export const reachOf = async (deps: Deps, name: string, actor: Actor, data: unknown): Promise<Reach | 'unknown'> => {
  if (name === 'credential.register') return reachOfScope(deps, actor, partsOf(Named.parse(data).address).scope);
  if (name === 'request.begin') return 'own'; // a request is of whoever sends it
  const about = About.safeParse(data);
  if (!about.success) return 'system';
  if ('address' in about.data) return reachOfScope(deps, actor, partsOf(about.data.address).scope);
  if ('personId' in about.data) return actor.kind === 'person' && actor.id === about.data.personId ? 'own' : 'others';
  if ('scope' in about.data) return reachOfScope(deps, actor, about.data.scope);
  if (!('credentialId' in about.data)) return 'system';
  const address = await addressById(deps, about.data.credentialId);
  return address === null ? 'unknown' : reachOfScope(deps, actor, partsOf(address).scope);
};
