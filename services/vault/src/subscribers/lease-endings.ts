import type { Actor } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import type { LeaseEnding } from '../ports/lease-endings.ts';
import { actorOf, nameOf } from './subscriber.ts';

type Deps = Pick<VaultDeps, 'log' | 'leases' | 'endings' | 'policy'>;

const VAULT: Actor = { kind: 'service', id: 'vault' };

/** The same for whoever records it, and whenever: so a lease ends once in the log, however many replicas or tries there are. */
const commandIdOf = (ending: LeaseEnding): string => `lease-ended/${nameOf(ending)}/${ending.startedAt}`;

/** ADR-0012. Records the end of a lease: once, however often it is called. */
export const recordEnding = async (deps: Pick<Deps, 'log' | 'endings'>, ending: LeaseEnding): Promise<void> => {
  const { consumer, instance, how } = ending;
  const commandId = commandIdOf(ending);
  await deps.log.submit(accessFold, {
    commandId,
    fingerprint: commandId,
    stream: streamOf.lease(consumer, instance),
    meta: { commandId, actor: how === 'goodbye' ? actorOf(ending) : VAULT },
    decide: () => ok({ events: [{ type: 'lease.ended', data: { consumer, instance, how } }], verdict: {} }),
  });
  await deps.endings.recorded(ending);
};

/** What leases need now and again: silence is counted, who was silent for too long is lost, and what was left unsaid is recorded. */
export const keepLeases = async (deps: Deps, everyMs: number): Promise<void> => {
  await deps.leases.tick(everyMs);
  await deps.endings.endLost(deps.policy.lostAfterMs);
  for (const ending of await deps.endings.owed()) await recordEnding(deps, ending);
  await deps.endings.prune();
};
