import type { Held, StreamHead } from '../../log/plan-batch.ts';
import type { Fold, StreamFold } from '../../ports/command-log.ts';
import { type AppendConnection, readOnClient } from './append-connection.ts';
import { type Behind, behindCached, caughtUp, versionsBehind } from './behind.ts';
import { type Settled, groupCommit } from './group-commit.ts';
import { readHeads } from './read-facts.ts';
import { readTails } from './read-tails.ts';
import { sendTogether } from './send-together.ts';
import type { Standing } from './standing.ts';
import type { StateCache } from './state-cache.ts';

export type StateReader = {
  /** The stream's state as it stands no earlier than now. */
  read(fold: Fold<unknown>, stream: string): Promise<unknown>;
  close(): Promise<void>;
};

type Deps = {
  readonly connection: AppendConnection;
  readonly cache: StateCache;
  readonly standing: Pick<Standing, 'witness'>;
  readonly full: () => Error;
};

const caughtUpOrFault = (each: Behind, tails: Parameters<typeof caughtUp>[1]): Settled<Held> => {
  try {
    return { answer: caughtUp(each, tails) };
  } catch (fault) {
    return { fault }; // one stream that does not fold is no one else's trouble
  }
};

/**
 * Reads what streams gained since they were last folded, and where those beside them stand: whoever decides on them next reads nothing more.
 * Reads that come while one is under way go out together: one statement for many.
 */
export const stateReader = ({ connection, cache, standing, full }: Deps): StateReader => {
  const keep = ({ fold, stream }: StreamFold, now: Held): void => {
    if (now.version > (cache.latest(fold, stream)?.version ?? 0)) cache.put(fold, stream, now);
  };

  const readBehind = async (behind: readonly Behind[]) => {
    const beside = [...new Set(behind.flatMap(({ fold, stream }) => fold.beside?.(stream) ?? []))];
    const [tails, heads] = await readOnClient(connection, (client) =>
      sendTogether(client, () =>
        Promise.all([
          readTails(client, versionsBehind(behind)),
          beside.length > 0 ? readHeads(client, beside) : new Map<string, StreamHead>(),
        ]),
      ),
    );
    const states = behind.map((each) => caughtUpOrFault(each, tails));
    states.forEach((state, index) => {
      const each = behind[index];
      if (!each || 'fault' in state) return;
      keep(each, state.answer);
      heads.set(each.stream, { version: state.answer.version, position: state.answer.position });
    });
    return { states, met: { heads, states: new Map() } };
  };

  const readAll = async (wanted: readonly StreamFold[]): Promise<readonly Settled<unknown>[]> => {
    const { states } = await standing.witness(() => readBehind(wanted.map((each) => behindCached(cache, each))));
    return states.map((state) => ('answer' in state ? { answer: state.answer.state } : state));
  };

  const reads = groupCommit<StreamFold, unknown>({ size: 256, queued: 16_384, full, write: readAll });
  return {
    read: (fold, stream) => (fold.undecided ? Promise.resolve(fold.initial) : reads.submit({ fold, stream })),
    close: () => reads.close(),
  };
};
