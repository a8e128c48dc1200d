import { evolveHeld, type Held } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';
import { type AppendConnection, readOnClient } from './append-connection.ts';
import { toRecorded } from './events-table.ts';
import { groupCommit } from './group-commit.ts';
import { readTails } from './read-tails.ts';
import type { StateCache } from './state-cache.ts';

type Wanted = { readonly fold: Fold<unknown>; readonly stream: string };

export type StateReader = {
  /** The stream's state as it stands no earlier than now. */
  read(fold: Fold<unknown>, stream: string): Promise<unknown>;
  close(): Promise<void>;
};

/** Reads what streams gained since they were last folded. Reads that come while one is under way go out together: one statement for many. */
export const stateReader = (deps: {
  readonly connection: AppendConnection;
  readonly cache: StateCache;
  readonly full: () => Error;
}): StateReader => {
  const { connection, cache } = deps;

  const heldOf = ({ fold, stream }: Wanted): Held => cache.latest(fold, stream) ?? { version: 0, position: 0, state: fold.initial };

  const keep = ({ fold, stream }: Wanted, now: Held): unknown => {
    if (now.version > (cache.latest(fold, stream)?.version ?? 0)) cache.put(fold, stream, now);
    return now.state;
  };

  const readAll = async (wanted: readonly Wanted[]) => {
    const after = new Map<string, number>();
    const held = wanted.map(heldOf);
    wanted.forEach(({ stream }, index) => {
      const version = held[index]?.version ?? 0;
      after.set(stream, Math.min(version, after.get(stream) ?? version));
    });
    const tails = await readOnClient(connection, (client) => readTails(client, after));
    return wanted.map((each, index) => {
      try {
        const before = held[index] ?? heldOf(each);
        const tail = (tails.get(each.stream) ?? []).filter(({ version }) => version > before.version);
        return { answer: keep(each, evolveHeld(each.fold, before, tail.map(toRecorded))) };
      } catch (fault) {
        return { fault }; // one stream that does not fold is no one else's trouble
      }
    });
  };

  const reads = groupCommit<Wanted, unknown>({ size: 256, queued: 16_384, full: deps.full, write: readAll });
  return {
    read: (fold, stream) => (fold.undecided ? Promise.resolve(fold.initial) : reads.submit({ fold, stream })),
    close: () => reads.close(),
  };
};
