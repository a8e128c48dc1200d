/** Does `count` pieces of work with `width` of them under way at any time, each begun when one before it is done. */
export const inFlight = async (width: number, count: number, work: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
};
