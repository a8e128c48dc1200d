import { setImmediate } from 'node:timers/promises';

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly answer: (answer: Answer) => void;
  readonly fail: (fault: unknown) => void;
};

export type GroupCommit<Item, Answer> = {
  submit(item: Item): Promise<Answer>;
  /** Takes no more, and resolves when all that was taken is answered. */
  close(): Promise<void>;
};

/** What each item of a batch comes to. */
export type Settled<Answer> = { readonly answer: Answer } | { readonly fault: unknown };

/**
 * Collects what arrives while a batch is being written, and writes it together next: one fsync for many. One batch at a time, in the order
 * of arrival. Beyond `queued` waiting items it refuses more with the fault of `full`.
 */
export const groupCommit = <Item, Answer>(options: {
  readonly size: number;
  readonly queued: number;
  readonly full: () => Error;
  write(items: readonly Item[]): Promise<readonly Settled<Answer>[]>;
}): GroupCommit<Item, Answer> => {
  const queue: Waiting<Item, Answer>[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  const writeNext = async (): Promise<void> => {
    const batch = queue.splice(0, options.size);
    try {
      const settled = await options.write(batch.map(({ item }) => item));
      batch.forEach(({ answer, fail }, index) => {
        const result = settled[index];
        if (result && 'answer' in result) answer(result.answer);
        else fail(result?.fault ?? new Error('the batch lost an answer'));
      });
    } catch (fault) {
      for (const { fail } of batch) fail(fault);
    }
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      // One turn of the loop, so that callers that were just answered (or come in together) are in the next batch.
      await setImmediate();
      await writeNext();
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
      }),
    close: async () => {
      closed = true;
      await running;
    },
  };
};
