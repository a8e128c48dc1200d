import { Recorded } from '@keyturn/contracts/events';
import { AUDIT_QUERIES_TABLE, type AuditFilter, type AuditQueryAnswer } from '@keyturn/contracts/queries';
import type { Convictions } from './ports/convictions.ts';
import type { EntryQuery, EntrySearch } from './ports/entry-search.ts';
import type { EntryStore } from './ports/entry-store.ts';
import { ACCESS_TYPES, accessEntryOf } from './projection/access-entry.ts';

type Deps = {
  readonly search: EntrySearch;
  readonly store: Pick<EntryStore, 'checkpoint'>;
  readonly convictions: Pick<Convictions, 'unsettled'>;
};

/** As the log writes times, so that they compare as texts. */
const asRecorded = (moment: string | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().replace('Z', '000Z');

/** One entry more than the page, which says whether there is a next one. */
const queryOf = ({ cursor, from, to, limit, ...filter }: AuditFilter & { readonly limit: number }): EntryQuery => ({
  ...filter,
  from: asRecorded(from),
  to: asRecorded(to),
  before: cursor === undefined ? undefined : Number(cursor),
  limit: limit + 1,
});

const pageOf = <Item>(found: readonly Item[], limit: number, positionOf: (last: Item) => number) => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? String(positionOf(last)) : null };
};

/** Whatever happened, by what it has in common. */
export const searchEntries = async (data: unknown, { search, store, convictions }: Deps): Promise<AuditQueryAnswer<'audit.entries'>> => {
  const asked = AUDIT_QUERIES_TABLE['audit.entries'].data.parse(data);
  const { position } = await store.checkpoint();
  const page = pageOf(await search.entries(queryOf(asked)), asked.limit, (last) => last.position);
  return { ...page, projectedTo: position, convictions: await convictions.unsettled() };
};

/** Whoever was given a secret or refused it, of whatever credential. */
export const searchAccess = async (data: unknown, { search, store }: Deps): Promise<AuditQueryAnswer<'audit.access'>> => {
  const asked = AUDIT_QUERIES_TABLE['audit.access'].data.parse(data);
  const { position } = await store.checkpoint();
  const found = await search.recorded({ ...queryOf(asked), types: ACCESS_TYPES });
  // An event that this version doesn't know is left out, and the next page begins behind it all the same.
  const page = pageOf(found, asked.limit, (json) => Recorded.parse(JSON.parse(json)).position);
  return { ...page, items: page.items.flatMap((json) => accessEntryOf(json) ?? []), projectedTo: position };
};
