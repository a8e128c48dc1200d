import type { Actor, Refusal } from '@keyturn/contracts';
import { BYOK_TIERS, isAllowed, mayBringKeys } from '@keyturn/contracts/access';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import type { VaultQueryName } from '@keyturn/contracts/queries';
import type { VaultDeps } from '../deps.ts';
import { z } from 'zod';
import { reachOf } from './reach.ts';

/** The worker acts under its own name, whatever its message claims: only it may publish on these subjects. */
export const WORKER: Actor = { kind: 'service', id: 'rotation-worker', roles: ['worker'] };

/** Nouns that the worker's NATS user alone can send. */
const WORKER_NOUNS = ['epoch', 'errand', 'ledger'];

export const isWorkerCommand = (type: VaultCommandName): boolean => WORKER_NOUNS.includes(type.split('.')[0] ?? '');

/** Decided by a consumer's grants in their handlers; everything else by the policy or not at all. */
const BY_GRANT: readonly VaultCommandName[] = [
  'credential.resolve',
  'llm.resolve',
  'execution-server.resolve',
  'consumer.issue-credentials',
];

const rolesOf = ({ roles }: Actor): readonly string[] => roles ?? [];

const UPGRADE = `Keys of your own come with the plans ${BYOK_TIERS.join(', ')}: upgrade to one of them, then add the key again.`;

const Imported = z.object({ origin: z.object({ kind: z.literal('import') }) });

/** What stands in somebody's own scope without their doing says for ever that it was imported, and from where. */
const refuseUnlessImported = (data: unknown): Refusal | null =>
  Imported.safeParse(data).success
    ? null
    : {
        code: 'message-invalid',
        issues: ['origin: into another person’s scope a credential only comes by an import, which names its source'],
      };

/** Why the actor may not command this, or null. What isn't in the policy is refused. */
export const refuseUnlessAllowed = async (
  deps: Pick<VaultDeps, 'log'>,
  type: VaultCommandName,
  actor: Actor,
  data: unknown,
): Promise<Refusal | null> => {
  if (isWorkerCommand(type) || BY_GRANT.includes(type)) return null;
  const reach = await reachOf(deps, type, actor, data);
  if (type === 'credential.register' && reach === 'own' && isAllowed(type, reach, rolesOf(actor)) && !mayBringKeys(actor.tier)) {
    return { code: 'tier-too-low', sentence: UPGRADE };
  }
  if (isAllowed(type, reach === 'unknown' ? 'system' : reach, rolesOf(actor))) {
    if (reach === 'unknown') return { code: 'credential-unknown' };
    return type === 'credential.register' && reach === 'others' ? refuseUnlessImported(data) : null;
  }
  // An admin is told why; to whoever may reveal nothing, another's key is as forbidden as any.
  if (type === 'credential.reveal' && reach === 'others' && isAllowed(type, 'system', rolesOf(actor))) {
    return { code: 'not-revealable', why: 'it is a user’s own key' };
  }
  return { code: 'not-allowed', action: type };
};

/** Public at the gateway, too. */
const FOR_ANYBODY: readonly VaultQueryName[] = ['sealing-keys.list', 'health.check'];

/** The log as it is stored is read by its witness alone. */
const OF_AUDIT: VaultQueryName = 'log.read';

/** Why the actor may not ask this, or null. Services ask under their own NATS users, which say what they may; nobody else is one. */
export const refuseQueryUnlessAllowed = async (
  deps: Pick<VaultDeps, 'log' | 'table'>,
  name: VaultQueryName,
  actor: Actor,
  data: unknown,
): Promise<Refusal | null> => {
  if (name === OF_AUDIT) return actor.kind === 'service' && actor.id === 'audit' ? null : { code: 'not-allowed', action: name };
  if (actor.kind === 'service' || FOR_ANYBODY.includes(name)) return null;
  const reach = await reachOf(deps, name, actor, data);
  return isAllowed(name, reach === 'unknown' ? 'system' : reach, rolesOf(actor)) ? null : { code: 'not-allowed', action: name };
};
