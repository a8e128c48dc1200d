import { silentLogger } from '@keyturn/telemetry';
import type { Recorded } from '@keyturn/contracts/events';
import { type Entry, evolveHeld, type Facts, type Held, type KnownCommand, planBatch, statesFor } from '../../log/plan-batch.ts';
import { CHAIN_START, type ChainHead } from '../../log/verify-chain.ts';
import type { KekFacts } from '../../key-ring/command.ts';
import type { CommandLog, CredentialRow, Fold, Write } from '../../ports/command-log.ts';
import { commitListeners } from '../commit-listeners.ts';

/** The same log in memory: for tests. `rows` and `writes` show what would stand beside the events. */
export type MemoryCommandLog = CommandLog & {
  readonly rows: ReadonlyMap<string, CredentialRow>;
  readonly writes: readonly Write[];
};

const foldAll = (entry: Entry, fold: (fold: Fold<unknown>, stream: string) => Held): Facts['states'] => {
  const byStream = Map.groupBy(statesFor([entry]), ({ stream }) => stream);
  return new Map([...byStream].map(([stream, wanted]) => [stream, new Map(wanted.map((each) => [each.fold, fold(each.fold, stream)]))]));
};

const nobodyHolds = ({ job: { leasesOf } }: Entry): Facts['leases'] => new Map(leasesOf === undefined ? [] : [[leasesOf, []]]);

type Options = { readonly now: () => string; readonly incarnation?: number; readonly kekFacts?: (kekId: string) => KekFacts };

/** `now` answers ISO 8601; each command is a batch of its own. */
export const memoryCommandLog = (options: Options): MemoryCommandLog => {
  const events: Recorded[] = [];
  const sealed = new Map<number, Uint8Array>();
  const known = new Map<string, KnownCommand>();
  const rows = new Map<string, CredentialRow>();
  const writes: Write[] = [];
  const listeners = commitListeners(silentLogger);
  const kekFacts = options.kekFacts ?? (() => ({ rows: 0, missingAt: [] }));

  const fold = (fold: Fold<unknown>, stream: string): Held =>
    evolveHeld(
      fold,
      { version: 0, position: 0, state: fold.initial },
      events.filter((event) => event.stream === stream),
    );

  const head = (): ChainHead => events.at(-1) ?? CHAIN_START;

  const facts = (entry: Entry): Facts => ({
    now: options.now(),
    incarnation: options.incarnation ?? 1,
    head: { position: head().position, hash: head().hash },
    known,
    activeKek: writes.filter((write) => write.kind === 'kek-state').findLast(({ state }) => state === 'active')?.kekId ?? null,
    keks: new Map(entry.job.kekId === undefined ? [] : [[entry.job.kekId, kekFacts(entry.job.kekId)]]),
    leases: nobodyHolds(entry),
    headOf: (stream) => events.findLast((event) => event.stream === stream) ?? { version: 0, position: 0 },
    owners: new Map([...rows.values()].map((row) => [row.address, row.credentialId])),
    states: foldAll(entry, fold),
  });

  return {
    rows,
    writes,
    submit: async (fold, job) => {
      await Promise.resolve();
      const entry: Entry = { fold, job };
      const plan = planBatch([entry], facts(entry));
      const [outcome] = plan.outcomes;
      if (!outcome || 'fault' in outcome) throw outcome?.fault;
      for (const { recorded, sealed: ciphertext } of plan.appended) {
        events.push(recorded);
        if (ciphertext) sealed.set(recorded.position, ciphertext);
      }
      for (const { commandId, ...command } of plan.commands) known.set(commandId, command);
      for (const [id, change] of plan.rows) {
        if (change) rows.set(id, change.row);
        else rows.delete(id);
      }
      writes.push(...plan.writes);
      listeners.tell(plan.appended.map(({ recorded }) => recorded));
      return outcome.verdict;
    },
    state: async (of, stream) => Promise.resolve(fold(of, stream).state as typeof of.initial),
    recall: async (of, stream) => Promise.resolve(fold(of, stream).state as typeof of.initial),
    read: async (after, limit) => Promise.resolve(events.slice(after, after + limit)),
    follow: async (after, limit) => Promise.resolve(events.slice(after, after + limit)),
    sealed: async (position) => Promise.resolve(sealed.get(position) ?? null),
    onCommitted: (listener) => listeners.add(listener),
  };
};
