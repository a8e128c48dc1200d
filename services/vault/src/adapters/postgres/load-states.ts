import type { Client } from 'pg';
import { type Entry, evolveHeld, type Facts, type Held, statesFor, type StreamHead } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';
import { type EventRow, toRecorded } from './events-table.ts';
import type { Met, Unmet } from './met-streams.ts';
import { readHeads } from './read-facts.ts';
import { readTails } from './read-tails.ts';
import { sendTogether } from './send-together.ts';
import type { StateCache } from './state-cache.ts';

type Wanted = { readonly stream: string; readonly fold: Fold<unknown>; readonly held: Held };
type States = Map<string, Map<Fold<unknown>, Held>>;

const START: StreamHead = { version: 0, position: 0 };

const addState = (states: States, stream: string, fold: Fold<unknown>, held: Held): void => {
  states.set(stream, (states.get(stream) ?? new Map<Fold<unknown>, Held>()).set(fold, held));
};

/** Behind which version each stream is wanted; by two folds, behind the lower one. */
const versionsOf = (wanted: readonly Wanted[]): Map<string, number> => {
  const after = new Map<string, number>();
  for (const { stream, held } of wanted) after.set(stream, Math.min(held.version, after.get(stream) ?? held.version));
  return after;
};

const evolveBy = (fold: Fold<unknown>, held: Held, tail: readonly EventRow[]): Held =>
  evolveHeld(fold, held, tail.filter(({ version }) => version > held.version).map(toRecorded));

/** The state of every stream in the batch at its head: from the cache where it is as new as the head, else with the missing tail. */
export const loadStates = async (
  client: Client,
  cache: StateCache,
  entries: readonly Entry[],
  heads: ReadonlyMap<string, StreamHead>,
): Promise<Facts['states']> => {
  const states: States = new Map();
  const behind: Wanted[] = [];
  for (const { fold, stream } of statesFor(entries)) {
    if (states.get(stream)?.has(fold)) continue;
    const head = heads.get(stream) ?? START;
    const held = fold.undecided ? { ...head, state: fold.initial } : cache.upTo(fold, stream, head);
    addState(states, stream, fold, held);
    if (held.version < head.version) behind.push({ stream, fold, held });
  }
  if (behind.length === 0) return states;
  const tails = await readTails(client, versionsOf(behind));
  for (const { stream, fold, held } of behind) addState(states, stream, fold, evolveBy(fold, held, tails.get(stream) ?? []));
  return states;
};

/** What is not known of streams yet, outside of the lock and in one round trip. */
export const readUnmet = async (client: Client, cache: StateCache, { heads: streams, states: unmet }: Unmet): Promise<Met> => {
  const wanted = unmet
    .filter(({ fold }) => !fold.undecided)
    .map(({ fold, stream }) => ({ fold, stream, held: cache.latest(fold, stream) ?? { ...START, state: fold.initial } }));
  const after = versionsOf(wanted);
  const [heads, tails] = await sendTogether(client, () =>
    Promise.all([readHeads(client, streams), after.size > 0 ? readTails(client, after) : new Map<string, EventRow[]>()]),
  );
  const states: States = new Map();
  for (const { fold, stream, held } of wanted) addState(states, stream, fold, evolveBy(fold, held, tails.get(stream) ?? []));
  return { heads, states };
};
