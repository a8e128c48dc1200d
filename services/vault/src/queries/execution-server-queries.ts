import { ExecutionServerRead, ExecutionServerView } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { revisionOfContent } from '../commands/seen-revision.ts';
import type { VaultDeps } from '../deps.ts';
import { serversOf } from '../execution-servers/choose.ts';
import { serverContent } from '../execution-servers/state.ts';

type Of = { readonly scope: string };

/** Those of a scope, by id; one of a kind that is known no more is left out. */
export const listExecutionServers = async (deps: VaultDeps, { scope }: Of): Promise<ExecutionServerView[]> =>
  (await serversOf(deps, scope)).flatMap((server) => ExecutionServerView.safeParse(server).data ?? []);

export const getExecutionServer = async (
  deps: VaultDeps,
  { scope, serverId }: Of & { readonly serverId: string },
): Promise<Result<ExecutionServerRead, Refusal>> => {
  const found = (await serversOf(deps, scope)).find((server) => server.serverId === serverId);
  const read = ExecutionServerRead.safeParse(found && { ...found, revision: revisionOfContent(serverContent(found)) });
  return read.success ? ok(read.data) : refuse({ code: 'execution-server-unknown' });
};
