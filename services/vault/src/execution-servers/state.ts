import type { ExecutionServerEvent } from '@keyturn/contracts/events';

/** As the log has it: kinds may be in it that are known no more. */
export type StoredServer = Omit<Extract<ExecutionServerEvent, { type: 'execution-server.set' }>['data'], 'scope'> & {
  readonly updatedAt: string;
};

/** By id, and at most one of them the default. */
export type ExecutionServers = readonly StoredServer[];

export const noExecutionServers: ExecutionServers = [];

/** What is set of a server, whenever that was. */
export const serverContent = ({ updatedAt: _when, ...set }: StoredServer) => set;

const byId = (a: StoredServer, b: StoredServer): number => (a.serverId < b.serverId ? -1 : 1);

export const evolveExecutionServers = (servers: ExecutionServers, { type, data }: ExecutionServerEvent, at: string): ExecutionServers => {
  const others = servers.filter(({ serverId }) => serverId !== data.serverId);
  switch (type) {
    case 'execution-server.set': {
      const { scope: _where, ...server } = data;
      const rest = server.isDefault ? others.map((other) => ({ ...other, isDefault: false })) : others;
      return [...rest, { ...server, updatedAt: at }].toSorted(byId);
    }
    case 'execution-server.removed':
      return others;
  }
};
