/** Done at once: a provider that doesn't answer keeps nobody else's work waiting. */
export const AT_ONCE = 8;

/** Work of one kind: what there is of it, what of that is due, and how one of it is done, which never throws. */
export type Work<Item> = {
  readonly list: () => Promise<readonly Item[]>;
  readonly due: (open: readonly Item[]) => readonly Item[];
  readonly attempt: (item: Item) => Promise<void>;
  /** One begins only while fewer than so many are under way, whatever these are; `AT_ONCE` if not said. */
  readonly room?: (item: Item) => number;
};

export type WorkRounds = {
  /** Looks once at what is to be done, and begins with as much of it as may be done at once. */
  readonly look: () => Promise<void>;
  /** Resolves when nothing is being done any more. */
  readonly idle: () => Promise<void>;
};

/** `onFree`: one was done, and others waited for that. */
export const createWorkRounds = <Item extends { readonly credentialId: string }>(
  { list, due: dueOf, attempt, room = () => AT_ONCE }: Work<Item>,
  onFree: () => void = () => undefined,
): WorkRounds => {
  /** By credential: two versions may be one login at the provider, where changing it twice at once would fail one of them. */
  const underWay = new Map<string, Promise<void>>();
  let isSomethingLeft = false;

  const perform = async (item: Item): Promise<void> => {
    await attempt(item);
    underWay.delete(item.credentialId);
    if (isSomethingLeft) onFree();
  };

  return {
    look: async () => {
      const busy = new Set(underWay.keys());
      const due = dueOf(await list());
      isSomethingLeft = false;
      for (const item of due) {
        const { credentialId } = item;
        if (busy.has(credentialId) || underWay.has(credentialId) || underWay.size >= room(item)) isSomethingLeft = true;
        else underWay.set(credentialId, perform(item));
      }
      // What ended while the list was on its way may still be in it, or what it kept waiting.
      if (due.some(({ credentialId }) => busy.has(credentialId) && !underWay.has(credentialId))) onFree();
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
};
