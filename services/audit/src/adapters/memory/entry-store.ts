import { type Checkpoint, type EntryStore, GENESIS, type ParkedMessage, type WitnessedEvent } from '../../ports/entry-store.ts';

/** The store in memory, for tests: the same promises, kept without a database. */
export const memoryEntryStore = (): EntryStore & { readonly events: WitnessedEvent[]; readonly parked: ParkedMessage[] } => {
  const events: WitnessedEvent[] = [];
  const parked: ParkedMessage[] = [];
  const checkpoint = (): Checkpoint => {
    const last = events.at(-1);
    return last ? { position: last.entry.position, hash: last.hash } : GENESIS;
  };
  return {
    events,
    parked,
    checkpoint: async () => checkpoint(),
    append: async (expected, added) => {
      if (expected.position !== checkpoint().position || expected.hash !== checkpoint().hash) return 'moved';
      events.push(...added);
      return 'stored';
    },
    firstDiffering: async (repeats) =>
      repeats.find(({ position, hash }) => events.find(({ entry }) => entry.position === position)?.hash !== hash) ?? null,
    park: async (message) => {
      const known = parked.some(({ sequence, reason }) => sequence === message.sequence && reason === message.reason);
      if (!known) parked.push(message);
    },
    recorded: async ({ credentialId, types, before = Infinity, limit }) =>
      events
        .filter(({ entry }) => entry.credentialId === credentialId && types.includes(entry.type) && entry.position < before)
        .map(({ recorded }) => recorded)
        .toReversed()
        .slice(0, limit),
    timeline: async ({ credentialId, after, before = Infinity, order, limit }) => {
      const all = events.map(({ entry }) => entry).filter((entry) => credentialId === undefined || entry.credentialId === credentialId);
      const inside = all.filter(({ position }) => position > after && position < before);
      const items = (order === 'newest' ? inside.toReversed() : inside).slice(0, limit);
      return { items, projectedTo: checkpoint().position, total: all.length };
    },
  };
};
