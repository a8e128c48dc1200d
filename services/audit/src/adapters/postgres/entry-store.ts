import type { AuditEntry } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { Checkpoint, EntryStore, RecordedQuery, TimelinePage, TimelineQuery, WitnessedEvent } from '../../ports/entry-store.ts';

type Queryable = Pick<Pool, 'query'>;
type EntryRow = Omit<AuditEntry, 'position'> & { readonly position: string };

/** Which generation a store works on: whichever is served when it is asked, or one that is being built. */
export type OfGeneration = 'served' | { readonly building: number };
type Bound = { readonly pool: Queryable; readonly of: OfGeneration };

/** The audit database. Every method is one statement, so it is one transaction too. */
export const postgresEntryStore = (pool: Queryable, of: OfGeneration = 'served'): EntryStore => ({
  checkpoint: () => readCheckpoint({ pool, of }),
  append: (expected, events) => append({ pool, of }, expected, events),
  firstDiffering: async (repeats) => (repeats.length === 0 ? null : await firstDiffering({ pool, of }, repeats)),
  park: async ({ sequence, subject, reason, payload }) => {
    const sql = 'INSERT INTO parked (sequence, subject, reason, payload) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';
    await pool.query(sql, [sequence, subject, reason, payload]);
  },
  recorded: (query) => readRecorded({ pool, of }, query),
  timeline: (query) => readTimeline({ pool, of }, query),
});

/** Restricts `checkpoint` to the one row of the generation; `$1` is its number, or null for the served one. */
const OWN = `((generation = $1 AND state = 'building') OR ($1::integer IS NULL AND state = 'served'))`;
const generationOf = (of: OfGeneration): number | null => (of === 'served' ? null : of.building);

const readCheckpoint = async ({ pool, of }: Bound): Promise<Checkpoint> => {
  const sql = `SELECT position, hash FROM checkpoint WHERE ${OWN}`;
  const { rows } = await pool.query<{ position: string; hash: string }>(sql, [generationOf(of)]);
  const [row] = rows;
  if (!row) throw new Error('the checkpoint row is missing');
  return { position: Number(row.position), hash: row.hash };
};

const APPEND = `
  WITH moved AS (
    UPDATE checkpoint SET position = $2, hash = $3 WHERE ${OWN} AND position = $4 AND hash = $5 RETURNING generation
  )
  INSERT INTO entries (generation, position, event_id, at, type, who, credential_id, address, from_ip, summary, verdict, correlation_id, epoch,
                       prev_hash, hash, recorded, projection)
  SELECT moved.generation, (event->'entry'->>'position')::bigint, event->>'eventId', event->'entry'->>'at', event->'entry'->>'type',
         event->'entry'->>'who', (event->'entry'->>'credentialId')::uuid, event->'entry'->>'address', event->'entry'->>'from', event->'entry'->>'summary',
         event->'entry'->>'verdict', event->'entry'->>'correlationId', (event->'entry'->>'epoch')::integer,
         event->>'prevHash', event->>'hash', event->>'recorded', (event->>'projection')::integer
    FROM moved, json_array_elements($6::json) AS event`;

const append = async ({ pool, of }: Bound, expected: Checkpoint, events: readonly WitnessedEvent[]): Promise<'stored' | 'moved'> => {
  const last = events.at(-1);
  if (!last) return 'stored';
  const values = [generationOf(of), last.entry.position, last.hash, expected.position, expected.hash, JSON.stringify(events)];
  const { rowCount } = await pool.query(APPEND, values);
  return rowCount === events.length ? 'stored' : 'moved';
};

const firstDiffering = async ({ pool, of }: Bound, repeats: readonly Checkpoint[]): Promise<Checkpoint | null> => {
  const sql = `
    SELECT seen.position, seen.hash FROM unnest($2::bigint[], $3::text[]) AS seen (position, hash)
      LEFT JOIN entries ON entries.position = seen.position AND entries.generation = (SELECT generation FROM checkpoint WHERE ${OWN})
     WHERE entries.hash IS DISTINCT FROM seen.hash ORDER BY seen.position LIMIT 1`;
  const values = [generationOf(of), repeats.map(({ position }) => position), repeats.map(({ hash }) => hash)];
  const { rows } = await pool.query<{ position: string; hash: string }>(sql, values);
  return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash } : null;
};

const timelineSql = (order: 'ASC' | 'DESC'): string => `
  SELECT position, at, type, who, credential_id AS "credentialId", address, from_ip AS "from", summary, verdict,
         correlation_id AS "correlationId", epoch
    FROM entries
   WHERE generation = (SELECT generation FROM checkpoint WHERE ${OWN}) AND position > $2 AND ($5::bigint IS NULL OR position < $5)
     AND ($3::uuid IS NULL OR credential_id = $3)
   ORDER BY position ${order} LIMIT $4`;
const TOTAL = `
  SELECT own.position AS "projectedTo",
         (SELECT count(*) FROM entries WHERE generation = own.generation AND ($2::uuid IS NULL OR credential_id = $2)) AS total
    FROM checkpoint own WHERE ${OWN}`;

/** The totals are read first: an entry that comes in between is in the page, never promised and missing. */
const readTimeline = async ({ pool, of }: Bound, { credentialId, after, before, order, limit }: TimelineQuery): Promise<TimelinePage> => {
  const totals = await pool.query<{ projectedTo: string; total: string }>(TOTAL, [generationOf(of), credentialId ?? null]);
  const { rows } = await pool.query<EntryRow>(timelineSql(order === 'newest' ? 'DESC' : 'ASC'), [
    generationOf(of),
    after,
    credentialId ?? null,
    limit,
    before ?? null,
  ]);
  const items = rows.map((row) => ({ ...row, position: Number(row.position) }));
  return { items, projectedTo: Number(totals.rows[0]?.projectedTo ?? 0), total: Number(totals.rows[0]?.total ?? 0) };
};

const RECORDED = `
  SELECT recorded FROM entries
   WHERE generation = (SELECT generation FROM checkpoint WHERE ${OWN}) AND credential_id = $2 AND type = ANY ($3)
     AND ($4::bigint IS NULL OR position < $4)
   ORDER BY position DESC LIMIT $5`;

const readRecorded = async ({ pool, of }: Bound, { credentialId, types, before, limit }: RecordedQuery): Promise<string[]> => {
  const values = [generationOf(of), credentialId, types, before ?? null, limit];
  const { rows } = await pool.query<{ recorded: string }>(RECORDED, values);
  return rows.map((row) => row.recorded);
};
