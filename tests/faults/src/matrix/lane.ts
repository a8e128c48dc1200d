import type { ClientCall, Fault, RunRecord } from '../check/run-record.ts';
import { lastRevoked, tell, untriedBy } from '../check/told.ts';
import type { Stop } from '../inject/control.ts';
import type { Cell } from './cells.ts';
import { matrixClient } from './client.ts';
import { type Collected, collectRecord, leaksSince, type Mark, markBeginning } from './collect-record.ts';
import { INSTANCES, listRevoked, type MatrixStack, type Target } from './matrix-stack.ts';
import type { Random } from './random.ts';

/** One rotation of one credential within a run of the stack, with all that is known of it. */
export type Lane = {
  readonly cell: Cell;
  readonly target: Target;
  readonly clients: readonly [Client, Client];
  readonly stop: Stop;
  note(what: string): void;
  /** Says what the run waited for in vain; the checker finds it. */
  miss(what: string): void;
  /** One client asks, and for every other seed a rival too. Resolves with the one that won. */
  rotate(random: Random): Promise<ClientCall | undefined>;
  record(fault: Fault): Promise<Collected>;
  /** With what the logs say. */
  searched(record: Collected): RunRecord;
};
type Client = ReturnType<typeof matrixClient>;

export type LaneOptions = {
  readonly cell: Cell;
  readonly target: Target;
  readonly seed: number;
  readonly point: string;
  readonly bug: string | null;
};

export const openLane = async (stack: MatrixStack, { cell, target, seed, point, bug }: LaneOptions): Promise<Lane> => {
  const mark: Mark = await markBeginning(stack, target);
  const calls: ClientCall[] = [];
  const notes: RunRecord['notes'] = [];
  const missed: string[] = [];
  const listed = new Set<number>();
  const clients = [matrixClient(stack, target, 'a', calls), matrixClient(stack, target, 'b', calls)] as const;
  return {
    cell,
    target,
    clients,
    stop: stack.control.stopAt({ point, about: [target.credentialId, target.address], drop: point === 'K3' }),
    note: (what) => void notes.push({ at: new Date().toISOString(), what }),
    miss: (what) => void missed.push(what),
    rotate: async (random) => {
      const rivals = random() < 0.5 ? clients : clients.slice(0, 1);
      const told = await Promise.all(rivals.map((client) => client.rotate()));
      return told.find(({ outcome }) => outcome === 'ok');
    },
    record: async (fault) => {
      const words = { cell: cell.id, seed, bug, fault, instances: [...INSTANCES], calls, notes, missed };
      const collected = await collectRecord(stack, target, mark, words);
      for (const { type, version = 0 } of tell(collected).events) {
        if (type !== 'credential.version-revoked' || listed.has(version)) continue;
        listed.add(version);
        listRevoked(stack, target, version);
      }
      return collected;
    },
    searched: (record) => ({ ...record, leaks: leaksSince(stack, mark, record) }),
  };
};

/**
 * What keeps a run from rest: open rotations, debts, somebody who is not on the current version or did not say so, a stream or an audit that is
 * behind, an old version that somebody has not tried since.
 */
export const restlessness = (record: Collected, since: string): string[] => {
  const told = tell(record);
  const { events, history } = told;
  const { current, ends, ledger } = history;
  const commit = events.findLast(({ type }) => type === 'credential.rotated');
  const reported = (instance: string) =>
    commit === undefined ||
    events.some((event) => {
      return event.type === 'credential.version-acknowledged' && event.instance === instance && event.generation === commit.generation;
    });
  const uses = (instance: string) => record.uses.findLast((used) => used.instance === instance)?.version === current?.version;
  const accepting = record.living.filter(({ accepts }) => accepts).length;
  const head = record.events.at(-1)?.position;
  return [
    ...(events.some(({ type, epoch }) => type === 'rotation.requested' && !ends.has(epoch ?? 0)) ? ['a rotation is open'] : []),
    ...(ledger.length === 0 ? [] : ['the ledger owes something']),
    ...record.instances.filter((instance) => !uses(instance)).map((instance) => `${instance} does not use the current version`),
    ...record.instances.filter((instance) => !reported(instance)).map((instance) => `${instance} has not reported`),
    ...(accepting === 1 ? [] : [`the provider takes ${accepting} versions`]),
    ...(record.feed?.at(-1)?.position === head ? [] : ['the stream is behind']),
    ...(record.entries.at(-1)?.position === head ? [] : ['audit is behind']),
    ...untriedBy(record, told, since).map((one) => `${one} has not tried version ${lastRevoked(record, told)}, which is revoked`),
  ];
};
