import { AsyncLocalStorage } from 'node:async_hooks';

const work = new AsyncLocalStorage<{ isBegun: boolean }>();

/**
 * Does it as one piece of work, which has little time: its first call of a provider is sent away (`TurnTooFar`) where too many others are
 * before it. Once one was let through, the others wait for their turns: to break off what is begun would waste it. Calls that belong to no
 * such work always wait.
 */
export const asOneWork = <T>(perform: () => Promise<T>): Promise<T> => work.run({ isBegun: false }, perform);

/** Whether the call that is made here begins such a piece of work. */
export const beginsWork = (): boolean => work.getStore()?.isBegun === false;

/** The call that is made here was let through. */
export const workBegan = (): void => {
  const here = work.getStore();
  if (here) here.isBegun = true;
};

/** Whether the call that is made here belongs to such a piece of work. */
export const isInWork = (): boolean => work.getStore() !== undefined;
