/** Groups what an iterator has ready: the first that comes, and whatever came with it, at most `largest` at once. Waits for no more. */
export async function* batches<T>(items: AsyncIterable<T>, largest: number): AsyncGenerator<T[], void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const pull = (): Promise<IteratorResult<T>> => {
    const pulled = iterator.next();
    pulled.catch(() => undefined); // thrown where it is awaited, which may be a batch later
    return pulled;
  };
  let next = pull();
  for (;;) {
    const first = await next;
    if (first.done === true) return;
    const batch = [first.value];
    next = pull();
    while (batch.length < largest) {
      const ready = await Promise.race([next, soon()]);
      if (ready === 'not-yet' || ready.done === true) break;
      batch.push(ready.value);
      next = pull();
    }
    yield batch;
  }
}

/** After everything that is already under way in this process, before anything that has to come over the network. */
const soon = (): Promise<'not-yet'> => new Promise((resolve) => setImmediate(() => resolve('not-yet')));
