/** Runs tasks that come within one turn of the event loop one right after another, at its end. */
export const together = (): ((task: () => void) => void) => {
  let waiting: (() => void)[] = [];
  const runAll = (): void => {
    const tasks = waiting;
    waiting = [];
    for (const task of tasks) task();
  };
  return (task) => {
    if (waiting.push(task) === 1) setImmediate(runAll);
  };
};
