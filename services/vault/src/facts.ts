import type { Facts } from './credential/awaited.ts';
import { openRotation } from './credential/rotation.ts';
import type { Credential } from './credential/state.ts';
import type { VaultDeps } from './deps.ts';
import type { DecisionContext } from './ports/command-log.ts';
import { consumerFold, credentialFold, mayDo, streamOf } from './folds.ts';

type Deps = Pick<VaultDeps, 'log' | 'leases'>;

/** Which of the consumers may not try a pending version. */
const ungrantedOf = async ({ log }: Deps, state: Credential, consumers: readonly string[]): Promise<readonly string[]> => {
  if (state.status !== 'registered') return [];
  const granted = await Promise.all(
    consumers.map(async (consumer) => mayDo(await log.state(consumerFold, streamOf.consumer(consumer)), 'preflight', state.address)),
  );
  return consumers.filter((_consumer, index) => granted[index] !== true);
};

/** Who may try a version is looked up only while a rotation could still ask them to. */
const isBeforeCommit = (state: Credential): boolean => state.status === 'registered' && openRotation(state)?.committedAt === null;

/**
 * What the world says under the append lock, for what ends a value and can't be undone (ADR-0042). Nobody is asked to try one then: who may is
 * not looked up.
 */
export const factsUnderLock = ({ now, leases }: DecisionContext): Facts => ({ now, leases: leases(), ungranted: [] });

type Read = { readonly state: Credential; readonly facts: Facts };

/** A credential, and what the world says of it: read now, outside the log's lock. `plans`: of a rotation that could be asked for, too. */
export const readWithFacts = async (deps: Deps, credentialId: string, plans = false): Promise<Read> => {
  const [state, held] = await Promise.all([
    deps.log.state(credentialFold, streamOf.credential(credentialId)),
    deps.leases.of(credentialId),
  ]);
  const consumers = [...new Set(held.leases.map(({ consumer }) => consumer))];
  return { state, facts: { ...held, ungranted: plans || isBeforeCommit(state) ? await ungrantedOf(deps, state, consumers) : [] } };
};
