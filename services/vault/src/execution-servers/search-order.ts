import type { ChosenExecutionServer } from '@keyturn/contracts/commands';
import type { ExecutionServers, StoredServer } from './state.ts';

export type Option = { readonly server: StoredServer; readonly isOwn: boolean; readonly chosenBy: ChosenExecutionServer['chosenBy'] };

/** The enabled ones, the default first, then by id. */
const inOrder = (servers: ExecutionServers): StoredServer[] =>
  servers.filter(({ enabled }) => enabled).toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));

/** Which servers come into question, the best first: one's own, of them the one that is marked; then the system's likewise. */
export const serversInOrder = (own: ExecutionServers, systems: ExecutionServers): readonly Option[] => [
  ...inOrder(own).map((server): Option => ({ server, isOwn: true, chosenBy: server.isDefault ? 'preference' : 'own-server' })),
  ...inOrder(systems).map((server): Option => ({ server, isOwn: false, chosenBy: 'default' })),
];
