import type { LogRow } from '@keyturn/contracts/queries';
import type { Conviction } from '../ports/convictions.ts';
import type { EntryStore, WitnessedEvent } from '../ports/entry-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import type { VaultLog } from '../ports/vault-log.ts';
import { hashEvent } from '../projection/hash-event.ts';
import { tellsOfRestore } from '../projection/lawful-restore.ts';

/** So few that the vault, which has other things to do, reads them between two commands. */
const PAGE = 250;

export type LogWalkDeps = {
  readonly store: Pick<EntryStore, 'checkpoint' | 'firstDiffering'>;
  readonly stored: StoredEntries;
  readonly vaultLog: VaultLog;
  /** How many events one look reads behind where the last one ended. */
  readonly eventsPerLook: number;
};

/**
 * Reads the vault's own table again and compares it, row by row, with what was witnessed: who edits a row of a running log changes nothing
 * that the stream would bring. Each answers what it found: of rows in a row that differ, the first.
 */
export interface LogWalk {
  /** The newest page, and a part of the whole log: the next look goes on where this one ended, and from the start again behind the last. */
  look(): Promise<Conviction[]>;
  /** From the first event to the last, unless the vault stops answering before that. */
  whole(): Promise<{ readonly found: readonly Conviction[]; readonly isWhole: boolean }>;
}

type Place = {
  /** Behind which position to go on. */
  readonly position: number;
  /** Whether the row there was not as it was witnessed: then its neighbour is told with it. */
  readonly differs: boolean;
  /** A row that tells of a restore. Behind a real one nothing can be as it was witnessed. */
  readonly restoredAt: number | null;
};
const START: Place = { position: 0, differs: false, restoredAt: null };

type Walked = { readonly found: Conviction[]; readonly stopped: Place; readonly isAnswered: boolean };
type Page = { readonly next: Place | 'end' | 'no-answer'; readonly found: readonly Conviction[] };

export const logWalk = ({ store, stored, vaultLog, eventsPerLook }: LogWalkDeps): LogWalk => {
  let kept: Place = START;

  const pageFrom = async (from: Place): Promise<Page> => {
    const own = await stored.page(from.position, PAGE); // first: whatever was witnessed is in the vault's table by then
    const rows = await vaultLog.page(from.position, PAGE);
    if (rows === null) return { next: 'no-answer', found: [] };
    const [lastOwn, last] = [own.at(-1)?.entry.position, rows.at(-1)?.position];
    if (lastOwn === undefined || last === undefined) return { next: 'end', found: [] }; // a log that ends too early is known by its head
    const there = new Map(rows.map((row) => [row.position, row]));
    const found: Conviction[] = [];
    let { differs, restoredAt } = from;
    for (const witnessed of own.filter(({ entry }) => entry.position <= last)) {
      const fault = await faultOf(store, witnessed, there.get(witnessed.entry.position));
      if (fault === 'restored') restoredAt = witnessed.entry.position;
      else if (fault !== null && !differs) found.push(fault);
      if (fault === null && restoredAt !== null) {
        found.push(anotherHash(restoredAt));
        restoredAt = null;
      }
      differs = fault !== null;
    }
    return { next: { position: Math.min(lastOwn, last), differs, restoredAt }, found };
  };

  /** At most so many pages; where the walk stopped is the next one's beginning. */
  const walk = async (from: Place, pages: number): Promise<Walked> => {
    const found: Conviction[] = [];
    let stopped = from;
    for (let left = pages; left > 0; left -= 1) {
      const page = await pageFrom(stopped);
      found.push(...page.found);
      if (page.next === 'no-answer') return { found, stopped, isAnswered: false };
      if (page.next === 'end') return { found, stopped: START, isAnswered: true };
      stopped = page.next;
    }
    return { found, stopped, isAnswered: true };
  };

  /** A page that begins within a row of differing ones can't name the first of them: the walk from the start does. */
  const newest = async (): Promise<Conviction[]> => {
    const { position } = await store.checkpoint();
    const from = position > PAGE ? { ...START, position: position - PAGE, differs: true } : START;
    return [...(await pageFrom(from)).found];
  };

  return {
    look: async () => {
      const found = await newest();
      const walked = await walk(kept, Math.ceil(eventsPerLook / PAGE));
      kept = walked.stopped;
      return [...found, ...walked.found.filter(({ sentence }) => !found.some((each) => each.sentence === sentence))];
    },
    whole: async () => {
      const { found, isAnswered } = await walk(START, Infinity);
      return { found, isWhole: isAnswered };
    },
  };
};

/** What is wrong with the vault's row; `restored` where the log goes on from a backup there, of which the stream brings the word. */
const faultOf = async (
  store: Pick<EntryStore, 'firstDiffering'>,
  { entry: { position }, hash, prevHash }: WitnessedEvent,
  row: LogRow | undefined,
): Promise<Conviction | 'restored' | null> => {
  if (row === undefined) return { position, sentence: `position ${position} was witnessed, and is missing in the vault's log` };
  const [data, meta] = [parseJson(row.data), parseJson(row.meta)];
  const isItself = data !== undefined && meta !== undefined && hashEvent(row.prevHash, { ...row, data, meta }) === row.hash;
  if (!isItself) return { position, sentence: `position ${position} has a hash that is not the hash of what it says` };
  if (row.hash === hash && row.prevHash === prevHash) return null;
  if (await tellsOfRestore(store, { ...row, data })) return 'restored';
  return anotherHash(position);
};

const anotherHash = (position: number): Conviction => ({
  position,
  sentence: `position ${position} was witnessed with another hash than the vault has there now`,
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
