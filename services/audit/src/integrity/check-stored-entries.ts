import { Recorded } from '@keyturn/contracts/events';
import type { AuditEntry } from '@keyturn/contracts/queries';
import canonicalize from 'canonicalize';
import type { Conviction } from '../ports/convictions.ts';
import { type Checkpoint, GENESIS, type WitnessedEvent } from '../ports/entry-store.ts';
import type { StoredEntries } from '../ports/stored-entries.ts';
import { hashEvent } from '../projection/hash-event.ts';
import { PROJECTION_VERSION, project } from '../projection/project.ts';

const PAGE = 500;
const Content = Recorded.loose(); // with fields that this version does not know: the hash covers them

/** Reads audit's own rows from the first to the checkpoint, and finds the first that is not what was written; null when all are. */
export const checkStoredEntries = async (stored: StoredEntries, checkpoint: Checkpoint): Promise<Conviction | null> => {
  let head = GENESIS;
  while (head.position < checkpoint.position) {
    const page = await stored.page(head.position, PAGE);
    if (page.length === 0) return convict(head.position + 1, "is missing from audit's own table");
    for (const row of page) {
      const fault = faultOf(row, head);
      if (fault !== null) return convict(head.position + 1, fault);
      head = { position: row.entry.position, hash: row.hash };
      if (head.position === checkpoint.position && head.hash !== checkpoint.hash) {
        return convict(head.position, "has another hash in audit's own table than its checkpoint says");
      }
    }
  }
  return null;
};

const convict = (position: number, what: string): Conviction => ({ position, sentence: `the entry at position ${position} ${what}` });

const faultOf = ({ prevHash, hash, recorded, projection, entry }: WitnessedEvent, head: Checkpoint): string | null => {
  if (entry.position !== head.position + 1) return "is missing from audit's own table";
  if (prevHash !== head.hash) return "does not follow on the one before it in audit's own table";
  const parsed = Content.safeParse(parseJson(recorded));
  if (!parsed.success || parsed.data.hash !== hash || hashEvent(prevHash, parsed.data) !== hash) {
    return "was changed in audit's own table: its event has another hash";
  }
  const projected = project(parsed.data);
  const told = projection === PROJECTION_VERSION ? (whole: AuditEntry) => whole : factsOf;
  return projected !== null && canonicalize(told(projected)) === canonicalize(told(entry))
    ? null
    : "was changed in audit's own table: it does not say what its event says";
};

/** What of an entry is no wording: all that can be asked of one that another version of the projection made. */
const factsOf = ({ who: _who, summary: _summary, verdict: _verdict, ...facts }: AuditEntry): Partial<AuditEntry> => facts;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
