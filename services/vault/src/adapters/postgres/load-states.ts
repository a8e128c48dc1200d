import type { Client } from 'pg';
import { type Entry, evolveHeld, type Facts, type Held, type StreamHead } from '../../log/plan-batch.ts';
import type { Fold } from '../../ports/command-log.ts';
import { toRecorded } from './events-table.ts';
import { readTails } from './read-tails.ts';
import type { StateCache } from './state-cache.ts';

type Wanted = { readonly stream: string; readonly fold: Fold<unknown>; readonly head: StreamHead; readonly held: Held };

const START: StreamHead = { version: 0, position: 0 };

/** The state of every stream in the batch at its head: from the cache where it is as new as the head, else with the missing tail. */
export const loadStates = async (
  client: Client,
  cache: StateCache,
  entries: readonly Entry[],
  heads: ReadonlyMap<string, StreamHead>,
): Promise<Facts['states']> => {
  const states = new Map<string, Map<Fold<unknown>, Held>>();
  const behind: Wanted[] = [];
  const keep = (stream: string, fold: Fold<unknown>, held: Held): void => {
    states.set(stream, (states.get(stream) ?? new Map<Fold<unknown>, Held>()).set(fold, held));
  };
  for (const { fold, job } of entries) {
    const { stream } = job;
    if (states.get(stream)?.has(fold)) continue;
    const head = heads.get(stream) ?? START;
    const held = fold.undecided ? { ...head, state: fold.initial } : cache.upTo(fold, stream, head);
    keep(stream, fold, held);
    if (held.version < head.version) behind.push({ stream, fold, head, held });
  }
  if (behind.length === 0) return states;
  const after = new Map<string, number>();
  for (const { stream, held } of behind) after.set(stream, Math.min(held.version, after.get(stream) ?? held.version));
  const tails = await readTails(client, after);
  for (const { stream, fold, held } of behind) {
    const tail = (tails.get(stream) ?? []).filter((row) => row.version > held.version).map(toRecorded);
    keep(stream, fold, evolveHeld(fold, held, tail));
  }
  return states;
};
