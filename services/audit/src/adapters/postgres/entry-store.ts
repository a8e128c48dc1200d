import type { AuditEntry } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { Checkpoint, EntryStore, TimelinePage, TimelineQuery, WitnessedEvent } from '../../ports/entry-store.ts';

type Queryable = Pick<Pool, 'query'>;
type EntryRow = Omit<AuditEntry, 'position'> & { readonly position: string };

/** The audit database. Every method is one statement, so it is one transaction too. */
export const postgresEntryStore = (pool: Queryable): EntryStore => ({
  checkpoint: () => readCheckpoint(pool),
  append: (expected, events) => append(pool, expected, events),
  firstDiffering: async (repeats) => (repeats.length === 0 ? null : await firstDiffering(pool, repeats)),
  park: async ({ sequence, subject, reason, payload }) => {
    const sql = 'INSERT INTO parked (sequence, subject, reason, payload) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';
    await pool.query(sql, [sequence, subject, reason, payload]);
  },
  timeline: (query) => readTimeline(pool, query),
});

const readCheckpoint = async (pool: Queryable): Promise<Checkpoint> => {
  const { rows } = await pool.query<{ position: string; hash: string }>('SELECT position, hash FROM checkpoint');
  const [row] = rows;
  if (!row) throw new Error('the checkpoint row is missing');
  return { position: Number(row.position), hash: row.hash };
};

const APPEND = `
  WITH moved AS (
    UPDATE checkpoint SET position = $1, hash = $2 WHERE position = $3 AND hash = $4 RETURNING position
  )
  INSERT INTO entries (position, event_id, at, type, who, credential_id, address, from_ip, summary, verdict, correlation_id, epoch,
                       prev_hash, hash, recorded)
  SELECT (event->'entry'->>'position')::bigint, event->>'eventId', event->'entry'->>'at', event->'entry'->>'type', event->'entry'->>'who',
         (event->'entry'->>'credentialId')::uuid, event->'entry'->>'address', event->'entry'->>'from', event->'entry'->>'summary',
         event->'entry'->>'verdict', event->'entry'->>'correlationId', (event->'entry'->>'epoch')::integer,
         event->>'prevHash', event->>'hash', event->>'recorded'
    FROM json_array_elements($5::json) AS event
   WHERE EXISTS (SELECT FROM moved)`;

const append = async (pool: Queryable, expected: Checkpoint, events: readonly WitnessedEvent[]): Promise<'stored' | 'moved'> => {
  const last = events.at(-1);
  if (!last) return 'stored';
  const values = [last.entry.position, last.hash, expected.position, expected.hash, JSON.stringify(events)];
  const { rowCount } = await pool.query(APPEND, values);
  return rowCount === events.length ? 'stored' : 'moved';
};

const firstDiffering = async (pool: Queryable, repeats: readonly Checkpoint[]): Promise<Checkpoint | null> => {
  const sql = `
    SELECT seen.position, seen.hash FROM unnest($1::bigint[], $2::text[]) AS seen (position, hash)
      LEFT JOIN entries ON entries.position = seen.position
     WHERE entries.hash IS DISTINCT FROM seen.hash ORDER BY seen.position LIMIT 1`;
  const values = [repeats.map(({ position }) => position), repeats.map(({ hash }) => hash)];
  const { rows } = await pool.query<{ position: string; hash: string }>(sql, values);
  return rows[0] ? { position: Number(rows[0].position), hash: rows[0].hash } : null;
};

const TIMELINE = `
  SELECT position, at, type, who, credential_id AS "credentialId", address, from_ip AS "from", summary, verdict,
         correlation_id AS "correlationId", epoch
    FROM entries WHERE position > $1 AND ($2::uuid IS NULL OR credential_id = $2) ORDER BY position LIMIT $3`;
const TOTAL = `
  SELECT (SELECT position FROM checkpoint) AS "projectedTo",
         (SELECT count(*) FROM entries WHERE $1::uuid IS NULL OR credential_id = $1) AS total`;

/** The totals are read first: an entry that comes in between is in the page, never promised and missing. */
const readTimeline = async (pool: Queryable, { credentialId, after, limit }: TimelineQuery): Promise<TimelinePage> => {
  const totals = await pool.query<{ projectedTo: string; total: string }>(TOTAL, [credentialId ?? null]);
  const { rows } = await pool.query<EntryRow>(TIMELINE, [after, credentialId ?? null, limit]);
  const items = rows.map((row) => ({ ...row, position: Number(row.position) }));
  return { items, projectedTo: Number(totals.rows[0]?.projectedTo ?? 0), total: Number(totals.rows[0]?.total ?? 0) };
};
