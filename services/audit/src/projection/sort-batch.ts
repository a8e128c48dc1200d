import { PublishedEvent } from '@keyturn/contracts/events';
import { z } from 'zod';
import type { Checkpoint, WitnessedEvent } from '../ports/entry-store.ts';
import type { Arrived } from '../ports/event-source.ts';
import { hashEvent } from './hash-event.ts';
import { PROJECTION_VERSION, project } from './project.ts';

/** Why no more of a batch was taken. */
export type Obstacle =
  /** Events between `expected` and `position` did not come (yet). */
  | { readonly kind: 'gap'; readonly expected: number; readonly position: number; readonly sequence: number }
  /** Skipping it would leave a hole in the timeline that nobody sees, so a person has to look. */
  | ({ readonly kind: 'poison'; readonly arrived: Arrived } & Unfit);

/** Why a message can't be taken. `convicts`: the position of an event that the log can't have held when it was written. */
export type Unfit = { readonly reason: string; readonly convicts: number | null };

export type SortedBatch = {
  /** New events in order, each the next of the one before it. */
  readonly taken: readonly WitnessedEvent[];
  /** What came again: to be compared with what was witnessed. */
  readonly repeats: readonly (Checkpoint & { readonly arrived: Arrived })[];
  readonly obstacle: Obstacle | null;
};

/** Sorts what arrived into new, repeated and impossible. Pure: the same batch at the same checkpoint gives the same answer. */
export const sortBatch = (checkpoint: Checkpoint, batch: readonly Arrived[]): SortedBatch => {
  const taken: WitnessedEvent[] = [];
  const repeats: (Checkpoint & { arrived: Arrived })[] = [];
  let head = checkpoint;
  for (const arrived of batch) {
    const read = readArrived(arrived);
    if ('reason' in read) return { taken, repeats, obstacle: { kind: 'poison', arrived, ...read } };
    const { position } = read.entry;
    if (position <= head.position) {
      repeats.push({ position, hash: read.hash, arrived });
    } else if (position > head.position + 1) {
      return { taken, repeats, obstacle: { kind: 'gap', expected: head.position + 1, position, sequence: arrived.sequence } };
    } else if (read.prevHash !== head.hash) {
      const reason = `position ${position} does not follow on the event before it (prevHash)`;
      return { taken, repeats, obstacle: { kind: 'poison', arrived, reason, convicts: position } };
    } else {
      taken.push(read);
      head = { position, hash: read.hash };
    }
  }
  return { taken, repeats, obstacle: null };
};

const Raw = z.object({ data: z.record(z.string(), z.unknown()) });

const readArrived = ({ text }: Arrived): WitnessedEvent | Unfit => {
  const json = parseJson(text);
  if (json === undefined) return unreadable('it is not JSON');
  const published = PublishedEvent.safeParse(json);
  if (!published.success) return unreadable(`it is no event: ${z.prettifyError(published.error)}`);
  const { id, data } = published.data;
  const raw = Raw.parse(json).data; // with fields that this version does not know: the hash covers them
  if (hashEvent(data.prevHash, raw) !== data.hash) {
    return { reason: `position ${data.position} has a hash that is not the hash of what it says`, convicts: data.position };
  }
  const entry = project(data);
  if (entry === null) return unreadable(`this version does not know the event ${data.type}, or not in this shape`);
  return { eventId: id, prevHash: data.prevHash, hash: data.hash, recorded: JSON.stringify(raw), projection: PROJECTION_VERSION, entry };
};

const unreadable = (reason: string): Unfit => ({ reason, convicts: null });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
