import { LogRestored, PublishedEvent } from '@keyturn/contracts/events';
import type { EntryStore } from '../ports/entry-store.ts';
import type { Arrived } from '../ports/event-source.ts';

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Told = { readonly type: string; readonly data?: unknown; readonly position: number; readonly prevHash: string };

/**
 * Does the event, which is none that was witnessed, tell of a restore from a backup? It does if it follows on an event that was: then nothing
 * was rewritten, and what came after that event is lost to the vault. Its own hash was checked by whoever asks.
 */
export const tellsOfRestore = async (
  store: Pick<EntryStore, 'firstDiffering'>,
  { type, data, position, prevHash }: Told,
): Promise<boolean> => {
  const restored = LogRestored.safeParse({ type, data });
  if (!restored.success) return false;
  const { head } = restored.data.data;
  return head.position === position - 1 && head.hash === prevHash && (await store.firstDiffering([head])) === null;
};

/** The same of a message of the stream. */
export const isLawfulRestore = async (store: Pick<EntryStore, 'firstDiffering'>, { text }: Arrived): Promise<boolean> => {
  const published = PublishedEvent.safeParse(parseJson(text));
  return published.success && tellsOfRestore(store, published.data.data);
};
