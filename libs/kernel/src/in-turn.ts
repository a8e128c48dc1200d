/** One at a time, in the order of asking. */
export const inTurn = () => {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isIdle: (): boolean => waiting === 0,
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      waiting += 1;
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn.finally(() => (waiting -= 1));
    },
  };
};
