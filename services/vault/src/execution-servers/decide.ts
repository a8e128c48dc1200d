import type { ExecutionServer } from '@keyturn/contracts/commands';
import type { ExecutionServerEvent } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ExecutionServers, StoredServer } from './state.ts';

/** In one scope. */
export const MOST_SERVERS = 50;

type Decided = Result<readonly ExecutionServerEvent[], Refusal>;

const isSame = ({ updatedAt: _when, ...stored }: StoredServer, wanted: ExecutionServer): boolean =>
  stored.name === wanted.name &&
  stored.kind === wanted.kind &&
  stored.baseUrl === wanted.baseUrl &&
  stored.enabled === wanted.enabled &&
  stored.isDefault === wanted.isDefault &&
  stored.credential === wanted.credential;

/** Sets one up or replaces it; the same again changes nothing. */
export const decideSet = (servers: ExecutionServers, scope: string, wanted: ExecutionServer): Decided => {
  const stored = servers.find(({ serverId }) => serverId === wanted.serverId);
  if (!stored && servers.length >= MOST_SERVERS) return refuse({ code: 'execution-servers-full', most: MOST_SERVERS });
  return ok(stored && isSame(stored, wanted) ? [] : [{ type: 'execution-server.set', data: { scope, ...wanted } }]);
};

export const decideRemove = (servers: ExecutionServers, scope: string, serverId: string): Decided =>
  servers.some((server) => server.serverId === serverId)
    ? ok([{ type: 'execution-server.removed', data: { scope, serverId } }])
    : refuse({ code: 'execution-server-unknown' });
