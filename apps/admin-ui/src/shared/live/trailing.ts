type Schedule = (run: () => void, ms: number) => void;

/** Gathers values and hands them over together, `ms` after the first of them: a burst of events is one read of each thing it touched. */
export const gatherTrailing = <Value>(flush: (values: ReadonlySet<Value>) => void, ms: number, schedule: Schedule) => {
  let gathered = new Set<Value>();
  const run = (): void => {
    const values = gathered;
    gathered = new Set();
    flush(values);
  };
  return (values: Iterable<Value>): void => {
    if (gathered.size === 0) schedule(run, ms);
    for (const value of values) gathered.add(value);
  };
};
