/** Runs at most `concurrency` tasks at once and the others after them, in order; refuses more than `maxWaiting` in waiting. */
export type WorkQueue = {
  /** False where the queue is full: the task won't run. */
  readonly push: (task: () => Promise<void>) => boolean;
  /** Resolves once nothing runs or waits. */
  readonly idle: () => Promise<void>;
};

/** Tasks catch their own faults: one that rejects is a bug. */
export const workQueue = ({ concurrency, maxWaiting }: { concurrency: number; maxWaiting: number }): WorkQueue => {
  const waiting: (() => Promise<void>)[] = [];
  let idlers: (() => void)[] = [];
  let running = 0;

  const finished = (): void => {
    running -= 1;
    const next = waiting.shift();
    if (next) start(next);
    else if (running === 0) {
      idlers.forEach((resolve) => resolve());
      idlers = [];
    }
  };
  const start = (task: () => Promise<void>): void => {
    running += 1;
    void task().finally(finished);
  };

  return {
    push: (task) => {
      if (running < concurrency) start(task);
      else if (waiting.length < maxWaiting) waiting.push(task);
      else return false;
      return true;
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
};
