import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { StoredEntries } from '../ports/stored-entries.ts';

const PAGE = 500;

/** SHA-256 over every stored row up to a position, in order, all its columns included: two generations that agree have one digest. */
export const entriesDigest = async (stored: StoredEntries, upTo: number): Promise<string> => {
  const hash = createHash('sha256');
  for (let after = 0; after < upTo;) {
    const page = await stored.page(after, Math.min(PAGE, upTo - after));
    for (const row of page) if (row.entry.position <= upTo) hash.update(`${canonicalize(row) ?? ''}\n`, 'utf8');
    after = page.at(-1)?.entry.position ?? upTo;
  }
  return hash.digest('hex');
};
