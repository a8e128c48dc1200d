import type { Client } from 'pg';
import { type Entry, type Facts, type Held, statesFor, type StreamHead } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';
import { type Behind, behindCached, caughtUp, versionsBehind } from './behind.ts';
import type { EventRow } from './events-table.ts';
import type { Met, Unmet } from './met-streams.ts';
import { readHeads } from './read-facts.ts';
import { readTails } from './read-tails.ts';
import { sendTogether } from './send-together.ts';
import type { StateCache } from './state-cache.ts';

type States = Map<string, Map<Fold<unknown>, Held>>;

const START: StreamHead = { version: 0, position: 0 };

const addState = (states: States, stream: string, fold: Fold<unknown>, held: Held): void => {
  states.set(stream, (states.get(stream) ?? new Map<Fold<unknown>, Held>()).set(fold, held));
};

/** The state of every stream in the batch at its head: from the cache where it is as new as the head, else with the missing tail. */
export const loadStates = async (
  client: Client,
  cache: StateCache,
  entries: readonly Entry[],
  heads: ReadonlyMap<string, StreamHead>,
): Promise<Facts['states']> => {
  const states: States = new Map();
  const behind: Behind[] = [];
  for (const { fold, stream } of statesFor(entries)) {
    if (states.get(stream)?.has(fold)) continue;
    const head = heads.get(stream) ?? START;
    const held = fold.undecided ? { ...head, state: fold.initial } : cache.upTo(fold, stream, head);
    addState(states, stream, fold, held);
    if (held.version < head.version) behind.push({ stream, fold, held });
  }
  if (behind.length === 0) return states;
  const tails = await readTails(client, versionsBehind(behind));
  for (const each of behind) addState(states, each.stream, each.fold, caughtUp(each, tails));
  return states;
};

/** What is not known of streams yet, outside of the lock and in one round trip. */
export const readUnmet = async (client: Client, cache: StateCache, { heads: streams, states: unmet }: Unmet): Promise<Met> => {
  const wanted = unmet.filter(({ fold }) => !fold.undecided).map((each) => behindCached(cache, each));
  const after = versionsBehind(wanted);
  const [heads, tails] = await sendTogether(client, () =>
    Promise.all([readHeads(client, streams), after.size > 0 ? readTails(client, after) : new Map<string, EventRow[]>()]),
  );
  const states: States = new Map();
  for (const each of wanted) addState(states, each.stream, each.fold, caughtUp(each, tails));
  return { heads, states };
};
