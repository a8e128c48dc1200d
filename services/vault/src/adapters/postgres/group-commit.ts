import { setImmediate } from 'node:timers/promises';

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly answer: (answer: Answer) => void;
  readonly fail: (fault: unknown) => void;
};

/** Batches under way at once. */
const ON_THEIR_WAY = 2;

export type GroupCommit<Item, Answer> = {
  submit(item: Item): Promise<Answer>;
  /** Takes no more, and resolves when all that was taken is answered. */
  close(): Promise<void>;
};

/** What each item of a batch comes to. */
export type Settled<Answer> = { readonly answer: Answer } | { readonly fault: unknown };

/** A batch under way. */
type Flight = { readonly items: number; mayBeFollowed: boolean };

/** Wakes the one who waits. */
const wakeBell = () => {
  let wake: (() => void) | null = null;
  return { ring: (): void => wake?.(), rung: (): Promise<void> => new Promise((resolve) => (wake = resolve)) };
};

/** Writes a batch and tells each of it what came of it; never rejects. */
const settle = async <Item, Answer>(
  batch: readonly Waiting<Item, Answer>[],
  write: (items: readonly Item[]) => Promise<readonly Settled<Answer>[]>,
): Promise<void> => {
  try {
    const settled = await write(batch.map(({ item }) => item));
    batch.forEach(({ answer, fail }, index) => {
      const result = settled[index];
      if (result && 'answer' in result) answer(result.answer);
      else fail(result?.fault ?? new Error('the batch lost an answer'));
    });
  } catch (fault) {
    for (const { fail } of batch) fail(fault);
  }
};

/**
 * Collects what arrives while a batch is being written, and writes it together next: one fsync for many. In the order of arrival, one batch at
 * a time; but where `write` calls `goAhead`, the next one begins behind it, as soon as as many wait as are on their way (fewer would only
 * cost a commit of their own). Beyond `queued` waiting items it refuses more with the fault of `full`.
 */
export const groupCommit = <Item, Answer>(options: {
  readonly size: number;
  readonly queued: number;
  readonly full: () => Error;
  write(items: readonly Item[], goAhead: () => void): Promise<readonly Settled<Answer>[]>;
}): GroupCommit<Item, Answer> => {
  const queue: Waiting<Item, Answer>[] = [];
  const flying = new Set<Flight>();
  const bell = wakeBell();
  let running: Promise<void> | null = null;
  let closed = false;

  const launch = async (): Promise<void> => {
    const batch = queue.splice(0, options.size);
    const flight: Flight = { items: batch.length, mayBeFollowed: false };
    flying.add(flight);
    const goAhead = (): void => {
      flight.mayBeFollowed = true;
      bell.ring();
    };
    await settle(batch, (items) => options.write(items, goAhead));
    flying.delete(flight);
    bell.ring();
  };

  const mayLaunch = (): boolean => {
    const [flight] = flying;
    if (!flight) return true;
    return flying.size < ON_THEIR_WAY && flight.mayBeFollowed && queue.length >= flight.items;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0 || flying.size > 0) {
      if (queue.length > 0 && mayLaunch()) {
        // One turn of the loop, so that callers that were just answered (or come in together) are in the next batch.
        await setImmediate();
        void launch();
        continue;
      }
      await bell.rung();
    }
    running = null;
  };

  return {
    submit: (item) =>
      new Promise((answer, fail) => {
        if (closed || queue.length >= options.queued) {
          fail(options.full());
          return;
        }
        queue.push({ item, answer, fail });
        running ??= run();
        bell.ring();
      }),
    close: async () => {
      closed = true;
      await running;
    },
  };
};
