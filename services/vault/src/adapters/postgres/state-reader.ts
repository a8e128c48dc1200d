import { evolveHeld, type Held } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';
import { type AppendConnection, onClient } from './append-connection.ts';
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

  const readAll = async (wanted: readonly Wanted[]) => {
    const after = new Map<string, number>();
    const held = wanted.map(heldOf);
    wanted.forEach(({ stream }, index) => {
      const version = held[index]?.version ?? 0;
      after.set(stream, Math.min(version, after.get(stream) ?? version));
    });
    const tails = await onClient(connection, (client) => readTails(client, after));
    return wanted.map((each, index) => {
      const before = held[index] ?? heldOf(each);
      const tail = tails.get(each.stream)?.filter((event) => event.version > before.version) ?? [];
      const now = evolveHeld(each.fold, before, tail);
      if (now.version > (cache.latest(each.fold, each.stream)?.version ?? 0)) cache.put(each.fold, each.stream, now);
      return { answer: now.state };
    });
  };

  const reads = groupCommit<Wanted, unknown>({ size: 256, queued: 16_384, full: deps.full, write: readAll });
  return {
    read: (fold, stream) => (fold.undecided ? Promise.resolve(fold.initial) : reads.submit({ fold, stream })),
    close: () => reads.close(),
  };
};
