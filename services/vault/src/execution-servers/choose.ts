import { CREDENTIAL_TYPES } from '@keyturn/contracts';
import { type ChosenExecutionServer, ExecutionServerKind } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { usableVersionOf, type UsableVersion } from '../credential/usable.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, executionServersFold, streamOf } from '../folds.ts';
import { type Option, serversInOrder } from './search-order.ts';
import type { ExecutionServers } from './state.ts';

export const serversOf = (deps: VaultDeps, scope: string): Promise<ExecutionServers> =>
  deps.log.state(executionServersFold, streamOf.executionServers(scope));

/** Of the type's main secret, or of the only one that there is. */
const maskOf = ({ credential: { credentialType }, version: { masks } }: UsableVersion): string | null => {
  const [first = null, ...others] = Object.values(masks);
  return masks[CREDENTIAL_TYPES[credentialType].mainSecret] ?? (others.length === 0 ? first : null);
};

/** Its credential, if that can be used; a server without one needs none. */
const credentialOf = async (deps: VaultDeps, address: string | null): Promise<ChosenExecutionServer['credential'] | 'unusable'> => {
  if (address === null) return null;
  const credentialId = await deps.table.idOf(address);
  if (credentialId === null) return 'unusable';
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const usable = usableVersionOf(state, deps.clock.now().toISOString());
  if (!usable) return 'unusable';
  return { credentialId, address, masked: maskOf(usable) };
};

const chosenOf = async (deps: VaultDeps, { server, isOwn, chosenBy }: Option): Promise<ChosenExecutionServer | null> => {
  const kind = ExecutionServerKind.safeParse(server.kind);
  const credential = await credentialOf(deps, server.credential);
  if (!kind.success || credential === 'unusable') return null;
  const { serverId, name, baseUrl } = server;
  return { serverId, name, kind: kind.data, baseUrl, isOwn, chosenBy, credential };
};

/** The execution server that is to be used in a scope. One whose credential can't be used is passed over. Nothing is recorded. */
export const chooseExecutionServer = async (deps: VaultDeps, scope: string): Promise<Result<ChosenExecutionServer, Refusal>> => {
  const [own, systems] = await Promise.all([scope === SYSTEM_SCOPE ? [] : serversOf(deps, scope), serversOf(deps, SYSTEM_SCOPE)]);
  for (const option of serversInOrder(own, systems)) {
    const chosen = await chosenOf(deps, option);
    if (chosen) return ok(chosen);
  }
  return refuse({ code: 'execution-server-unknown' });
};
