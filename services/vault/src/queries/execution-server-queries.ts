import { ExecutionServerView } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { serversOf } from '../execution-servers/choose.ts';

type Of = { readonly scope: string };

/** Those of a scope, by id; one of a kind that is known no more is left out. */
export const listExecutionServers = async (deps: VaultDeps, { scope }: Of): Promise<ExecutionServerView[]> =>
  (await serversOf(deps, scope)).flatMap((server) => ExecutionServerView.safeParse(server).data ?? []);

export const getExecutionServer = async (
  deps: VaultDeps,
  { scope, serverId }: Of & { readonly serverId: string },
): Promise<Result<ExecutionServerView, Refusal>> => {
  const found = (await listExecutionServers(deps, { scope })).find((server) => server.serverId === serverId);
  return found ? ok(found) : refuse({ code: 'execution-server-unknown' });
};
