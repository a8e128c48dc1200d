import type { Held } from '../../log/plan-batch.ts';
import type { Fold, StreamFold } from '../../ports/command-log.ts';
import { type AppendConnection, readOnClient } from './append-connection.ts';
import { behindCached, caughtUp, versionsBehind } from './behind.ts';
import { groupCommit } from './group-commit.ts';
import { readTails } from './read-tails.ts';
import type { StateCache } from './state-cache.ts';

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

  const keep = ({ fold, stream }: StreamFold, now: Held): unknown => {
    if (now.version > (cache.latest(fold, stream)?.version ?? 0)) cache.put(fold, stream, now);
    return now.state;
  };

  const readAll = async (wanted: readonly StreamFold[]) => {
    const behind = wanted.map((each) => behindCached(cache, each));
    const tails = await readOnClient(connection, (client) => readTails(client, versionsBehind(behind)));
    return behind.map((each) => {
      try {
        return { answer: keep(each, caughtUp(each, tails)) };
      } catch (fault) {
        return { fault }; // one stream that does not fold is no one else's trouble
      }
    });
  };

  const reads = groupCommit<StreamFold, unknown>({ size: 256, queued: 16_384, full: deps.full, write: readAll });
  return {
    read: (fold, stream) => (fold.undecided ? Promise.resolve(fold.initial) : reads.submit({ fold, stream })),
    close: () => reads.close(),
  };
};
