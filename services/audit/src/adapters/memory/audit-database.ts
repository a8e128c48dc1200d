import { type Checkpoint, type EntryStore, GENESIS } from '../../ports/entry-store.ts';
import type { Comparison, Rebuild, RebuildStore } from '../../ports/rebuild-store.ts';
import type { StoredEntries } from '../../ports/stored-entries.ts';
import { memoryConvictions } from './convictions.ts';
import { memoryEntryStore } from './entry-store.ts';

type Generation = {
  readonly generation: number;
  readonly store: ReturnType<typeof memoryEntryStore>;
  state: Rebuild['state'] | 'retired';
  refusedBecause: string | null;
  compared: Comparison | null;
};

/** The audit database in memory, for tests: generations of entries, of which one is served, with the same promises. */
export const memoryAuditDatabase = () => {
  const generations: Generation[] = [newGeneration(1, 'served')];
  const the = (claim: (one: Generation) => boolean, what: string): Generation => {
    const found = generations.find(claim);
    if (!found) throw new Error(`the checkpoint row is missing: ${what}`);
    return found;
  };
  const served = (): Generation => the(({ state }) => state === 'served', 'served');
  const building = (generation: number): Generation =>
    the((one) => one.generation === generation && one.state === 'building', `${generation}, building`);
  return {
    store: boundTo(() => served().store),
    storeOf: (generation: number): EntryStore => boundTo(() => building(generation).store),
    storedOf: (of: number | 'served'): StoredEntries =>
      storedIn(() => (of === 'served' ? served() : the(({ generation }) => generation === of, String(of)))),
    rebuilds: rebuildsAmong(generations, { served, building }),
    convictions: memoryConvictions(),
  };
};

const newGeneration = (generation: number, state: 'served' | 'building'): Generation => ({
  generation,
  store: memoryEntryStore(),
  state,
  refusedBecause: null,
  compared: null,
});

/** Asks anew each time which generation it is about, as the one that is served changes. */
const boundTo = (store: () => EntryStore): EntryStore => ({
  checkpoint: async () => store().checkpoint(),
  append: async (expected, events) => store().append(expected, events),
  firstDiffering: async (repeats) => store().firstDiffering(repeats),
  park: async (message) => store().park(message),
  recorded: async (query) => store().recorded(query),
  timeline: async (query) => store().timeline(query),
});

const storedIn = (own: () => Generation): StoredEntries => ({
  generation: async () => own().generation,
  page: async (after, limit) =>
    own()
      .store.events.filter(({ entry }) => entry.position > after)
      .slice(0, limit),
  hasOtherProjection: async (version) => own().store.events.some(({ projection }) => projection !== version),
});

type Finders = { readonly served: () => Generation; readonly building: (generation: number) => Generation };

const rebuildsAmong = (generations: Generation[], { served, building }: Finders): RebuildStore => {
  const latest = async (): Promise<Rebuild | null> => {
    const last = generations.findLast(({ generation, state }) => generation > 1 && state !== 'retired');
    return last ? await viewOf(last) : null;
  };
  return {
    latest,
    request: async () => {
      if (!generations.some(({ state }) => state === 'building')) generations.push(newGeneration(generations.length + 1, 'building'));
      const opened = await latest();
      if (!opened) throw new Error('a rebuild was asked for, and is not there');
      return opened;
    },
    heads: async (generation) => {
      const own = generations.find((one) => one.generation === generation)?.store;
      if (!own) throw new Error(`there is no generation ${generation}`);
      const head = await served().store.checkpoint();
      return { served: head, rebuilt: { position: (await own.checkpoint()).position, hashAtServed: hashAt(own, head) } };
    },
    serve: async (generation, compared) => {
      const [old, next] = [served(), building(generation)];
      if ((await next.store.checkpoint()).position < (await old.store.checkpoint()).position) return false;
      old.state = 'retired';
      Object.assign(next, { state: 'served', compared });
      return true;
    },
    serveRestored: async (generation) => {
      const [old, next] = [served(), building(generation)];
      const isRestore = next.store.events.some(({ entry, prevHash, hash }) => {
        const [before, lost] = [entry.position - 1, entry.position].map((position) => hashAt(old.store, { position, hash: '' }));
        return entry.type === 'log.restored' && before === prevHash && typeof lost === 'string' && lost !== hash;
      });
      if (!isRestore) return false;
      old.state = 'retired';
      Object.assign(next, { state: 'served' });
      return true;
    },
    refuse: async (generation, refusedBecause) => void Object.assign(building(generation), { state: 'refused', refusedBecause }),
  };
};

const viewOf = async ({ generation, store, state, refusedBecause, compared }: Generation): Promise<Rebuild> => {
  if (state === 'retired') throw new Error(`generation ${generation} is retired`);
  return { generation, state, position: (await store.checkpoint()).position, refusedBecause, compared };
};

const hashAt = ({ events }: Generation['store'], { position }: Checkpoint): string | null =>
  position === 0 ? GENESIS.hash : (events.find(({ entry }) => entry.position === position)?.hash ?? null);
