import type { Logger } from '@keyturn/telemetry';
import { entriesDigest } from '../integrity/entries-digest.ts';
import type { Convictions } from '../ports/convictions.ts';
import type { EntryStore } from '../ports/entry-store.ts';
import type { EventSource } from '../ports/event-source.ts';
import type { Comparison, Heads, RebuildStore } from '../ports/rebuild-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import type { WriterLock } from '../ports/writer-lock.ts';
import { projector } from '../projection/projector.ts';
import { waitFor } from '../wait-for.ts';

export type RebuilderDeps = {
  readonly rebuilds: RebuildStore;
  readonly storeOf: (generation: number) => EntryStore;
  readonly storedOf: (generation: number | 'served') => StoredEntries;
  readonly convictions: Convictions;
  /** A reader of its own, so that the one of live events stays where it is. */
  readonly source: EventSource;
  /** One process at a time rebuilds. */
  readonly lock: WriterLock;
  readonly log: Logger;
  readonly pollMs?: number;
};

const POLL_MS = 500;
const CATCHING_UP_MS = 50;
const TRIES = 200;

/**
 * Carries out the rebuild that someone asked for: fills the next generation from the log's first event with the projector that the live
 * one runs on too, and puts it in its place once both tell of the same log up to the same position. Queries and live events go on all the
 * while. A rebuild that finds another log than was witnessed is refused, and says which position it differs at.
 */
export const rebuilder = (deps: RebuilderDeps): { run(signal: AbortSignal): Promise<void> } => ({
  run: async (signal) => {
    while (!signal.aborted) {
      await rebuildIfAsked(deps, signal).catch((error: unknown) => deps.log.warn('audit.rebuild-interrupted', { error }));
      await waitFor(deps.pollMs ?? POLL_MS, signal);
    }
  },
});

const rebuildIfAsked = async (deps: RebuilderDeps, signal: AbortSignal): Promise<void> => {
  if ((await deps.rebuilds.latest())?.state !== 'building') return;
  const held = await deps.lock.acquire(signal);
  if (held === null) return;
  try {
    const asked = await deps.rebuilds.latest(); // another process may have ended it meanwhile
    if (asked?.state === 'building') await rebuild(deps, asked.generation, AbortSignal.any([signal, held.lost]));
  } finally {
    await held.release();
  }
};

const rebuild = async (deps: RebuilderDeps, generation: number, signal: AbortSignal): Promise<void> => {
  const { log, source, rebuilds, convictions } = deps;
  log.info('audit.rebuilding', { generation });
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
  const store = deps.storeOf(generation);
  const filling = projector({ store, source, lock: ALWAYS, convictions, log, start: { sequence: 1 } });
  const filled = filling.run(ended);
  try {
    while (!signal.aborted) {
      const halted = filling.halted();
      if (halted !== null) return await rebuilds.refuse(generation, halted);
      if (await serveWhenEqual(deps, generation, ended)) return;
      await waitFor(CATCHING_UP_MS, ended);
    }
  } finally {
    done.abort();
    await filled;
  }
};

/** This process has the rebuilder's lock already. */
const ALWAYS: WriterLock = { acquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }) };

/** True when the rebuild is over: served, or refused. */
const serveWhenEqual = async (deps: RebuilderDeps, generation: number, signal: AbortSignal): Promise<boolean> => {
  const { rebuilds, log } = deps;
  const heads = await rebuilds.heads(generation);
  if (heads.rebuilt.hashAtServed !== heads.served.hash && (await rebuilds.serveRestored(generation))) {
    log.warn('audit.restored-log-served', { generation });
    return true;
  }
  if (heads.rebuilt.position < heads.served.position) return false;
  if (heads.rebuilt.hashAtServed !== heads.served.hash) {
    await refuseOtherLog(deps, generation, heads);
    return true;
  }
  const compared = await compare(deps, generation, heads.served.position);
  for (let tries = 0; !(await rebuilds.serve(generation, compared)); tries += 1) {
    if (tries === TRIES) return false;
    await waitFor(tries, signal); // live events have gone ahead meanwhile: a moment, and it is level again
  }
  log.info('audit.rebuilt', { generation, ...compared, isSame: compared.digest === compared.replacedDigest });
  return true;
};

const compare = async ({ storedOf }: RebuilderDeps, generation: number, upTo: number): Promise<Comparison> => ({
  upTo,
  digest: await entriesDigest(storedOf(generation), upTo),
  replacedDigest: await entriesDigest(storedOf('served'), upTo),
});

const refuseOtherLog = async ({ rebuilds, convictions, log, ...deps }: RebuilderDeps, generation: number, heads: Heads): Promise<void> => {
  const position = await firstDifference(deps.storedOf(generation), deps.storedOf('served'), heads.served.position);
  const sentence = `the log as it is now differs from what was witnessed at position ${position}`;
  log.error('audit.convicted', { position, sentence });
  await convictions.record({ position, sentence });
  await rebuilds.refuse(generation, sentence);
};

const PAGE = 500;

const firstDifference = async (rebuilt: StoredEntries, served: StoredEntries, upTo: number): Promise<number> => {
  for (let after = 0; after < upTo; after += PAGE) {
    const [now, then] = await Promise.all([rebuilt.page(after, PAGE), served.page(after, PAGE)]);
    const index = then.findIndex((row, at) => now[at]?.hash !== row.hash);
    if (index >= 0) return after + index + 1;
  }
  return upTo;
};
