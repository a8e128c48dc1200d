import { setImmediate } from 'node:timers/promises';
import type { Sensitive } from '@keyturn/kernel';
import type { WrapContext, WrappedKey } from '../ports/key-wrapper.ts';
import { KeyUnreadable } from '../ports/key-wrapper.ts';
import type { RewrapCursor, Rewrapped, RewrapStore, WrappedDek } from '../ports/rewrap-store.ts';
import type { KekKeeper } from './kek-keeper.ts';

/** Rows a transaction. */
const BATCH = 100;
/** Rows a read. */
const READ = 1_000;

export type Rewrap = {
  readonly runId: string;
  /** Under which everything is to be. */
  readonly kekId: string;
};

export type RewrapSaid = { readonly rotated: number; readonly failed: number };

export type RewrapDeps = {
  readonly store: RewrapStore;
  readonly keeper: Pick<KekKeeper, 'wrap' | 'unwrap'>;
  /** Waits between batches, for as long as the load is to be kept down. */
  readonly pause: (rows: number) => Promise<void>;
  /** Called after each batch, with what this process has done since it took the run up. */
  readonly onBatch: (said: RewrapSaid) => Promise<void>;
  /** A data key that does not unwrap. It stays as it is. */
  readonly onUnreadable: (dek: WrappedDek, fault: KeyUnreadable) => Promise<void>;
  readonly stop: AbortSignal;
};

const moved = async (keeper: RewrapDeps['keeper'], kekId: string, before: WrappedKey, context: WrapContext): Promise<WrappedKey> => {
  const key: Sensitive<Uint8Array> = await keeper.unwrap(before, context);
  try {
    const after = await keeper.wrap(key, context);
    if (after.kekId !== kekId) throw new Error(`another KEK than ${kekId} is active now`);
    return after;
  } finally {
    key.reveal().fill(0);
  }
};

const rewrapBatch = async (deps: RewrapDeps, kekId: string, rows: readonly WrappedDek[]): Promise<Rewrapped<WrappedDek>[]> => {
  const batch: Rewrapped<WrappedDek>[] = [];
  for (const before of rows) {
    const { credentialId, version } = before;
    try {
      batch.push({ before, after: await moved(deps.keeper, kekId, before, { credentialId, version }) });
    } catch (fault) {
      if (!(fault instanceof KeyUnreadable)) throw fault;
      await deps.onUnreadable(before, fault);
    }
  }
  return batch;
};

const cursorOf = (rows: readonly WrappedDek[]): RewrapCursor | null => {
  const last = rows.at(-1);
  return last ? { credentialId: last.credentialId, version: last.version } : null;
};

/** Reads ahead, and wraps the next batch of what it read. */
const preparing = (deps: RewrapDeps, kekId: string) => {
  let read: readonly WrappedDek[] = [];
  let cursor: RewrapCursor | null = null;
  return async () => {
    // What was asked of the database goes out first; the wrapping then takes the thread while the database works.
    await setImmediate();
    if (read.length === 0) {
      read = await deps.store.next(kekId, cursor, READ);
      cursor = cursorOf(read);
    }
    const rows = read.slice(0, BATCH);
    read = read.slice(BATCH);
    return { rows, batch: await rewrapBatch(deps, kekId, rows) };
  };
};

/** Goes once over every data key under an older KEK; while one batch is written the next one is read and wrapped. Answers how many it could not move. */
const pass = async (deps: RewrapDeps, { runId, kekId }: Rewrap, already: number): Promise<RewrapSaid> => {
  const { store } = deps;
  let said: RewrapSaid = { rotated: already, failed: 0 };
  const prepare = preparing(deps, kekId);
  let { rows, batch } = await prepare();
  while (rows.length > 0 && !deps.stop.aborted) {
    const [moved, following] = await Promise.all([store.replace(runId, batch), prepare()]);
    said = { rotated: said.rotated + moved, failed: said.failed + rows.length - batch.length };
    await deps.onBatch(said);
    await deps.pause(rows.length);
    ({ rows, batch } = following);
  }
  return said;
};

/** Answers how many of the vault's own keys stayed where they were: a damaged one is no reason to leave the rest. */
const rewrapOwn = async ({ store, keeper }: RewrapDeps, { runId, kekId }: Rewrap): Promise<number> => {
  let failed = 0;
  for (const before of await store.ownKeys(kekId)) {
    try {
      await store.replaceOwn(runId, { before, after: await moved(keeper, kekId, before, before.context) });
    } catch (fault) {
      if (!(fault instanceof KeyUnreadable)) throw fault;
      failed += 1;
    }
  }
  return failed;
};

/**
 * Re-wraps everything under the run's KEK: the vault's own keys, then every data key, until a whole pass finds nothing to move. It keeps no
 * place: what still hangs on an older KEK is the place, so whoever takes the run up after a crash goes on where it stood. Null: stopped.
 */
export const rewrapAll = async (deps: RewrapDeps, run: Rewrap): Promise<(RewrapSaid & { readonly ownFailed: number }) | null> => {
  const ownFailed = await rewrapOwn(deps, run);
  let already = 0;
  while (!deps.stop.aborted) {
    const said = await pass(deps, run, already);
    if (said.rotated === already && !deps.stop.aborted) return { ...said, ownFailed };
    already = said.rotated;
  }
  return null;
};
