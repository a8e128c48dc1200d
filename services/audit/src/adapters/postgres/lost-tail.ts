import type { LostEntry } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { LostQuery, LostTail, ShredQuery } from '../../ports/lost-tail.ts';

type Queryable = Pick<Pool, 'query'>;
type EntryRow = Omit<LostEntry, 'position'> & { readonly position: string };

const LOST = `FROM checkpoint c JOIN entries e ON e.generation = c.generation AND e.position >= c.lost_from
   WHERE c.lost_from IS NOT NULL AND ($1::uuid IS NULL OR e.credential_id = $1)`;

const readEntries = async (pool: Queryable, { credentialId, after, limit }: LostQuery) => {
  const about = credentialId ?? null;
  const counted = await pool.query<{ total: string }>(`SELECT count(*) AS total ${LOST}`, [about]);
  const { rows } = await pool.query<EntryRow>(
    `SELECT e.generation, e.position, e.at, e.type, e.who, e.credential_id AS "credentialId", e.address, e.from_ip AS "from", e.summary, e.verdict,
            e.correlation_id AS "correlationId", e.epoch
     ${LOST} AND (e.generation, e.position) > ($2::integer, $3::bigint) ORDER BY e.generation, e.position LIMIT $4`,
    [about, after.generation, after.position, limit],
  );
  return { items: rows.map((row) => ({ ...row, position: Number(row.position) })), total: Number(counted.rows[0]?.total ?? 0) };
};

/**
 * The generations that hold the event that both logs have. It may be that the lost log is still served, or put aside already, or that there
 * are several: what tells lost events from the restored log's own is their incarnation.
 */
const KNOWING = `knowing AS (
   SELECT c.generation FROM checkpoint c
    WHERE $1::bigint = 0 OR EXISTS (SELECT 1 FROM entries e WHERE e.generation = c.generation AND e.position = $1 AND e.hash = $2))`;
const INCARNATION = `(e.recorded::json->'meta'->>'incarnation')::integer`;

const readReach = async (pool: Queryable, { head, incarnation }: Pick<ShredQuery, 'head' | 'incarnation'>) => {
  const { rows } = await pool.query<{ known: boolean; to: string | null }>(
    `WITH ${KNOWING}
     SELECT EXISTS (SELECT 1 FROM knowing) AS known,
            (SELECT max(last.position) FROM knowing k CROSS JOIN LATERAL (
               SELECT e.position FROM entries e
                WHERE e.generation = k.generation AND e.position > $1 AND ${INCARNATION} < $3 ORDER BY e.position DESC LIMIT 1) last) AS to`,
    [head.position, head.hash, incarnation],
  );
  const [row] = rows;
  if (!row?.known) return null;
  return { to: row.to === null ? null : Number(row.to) };
};

const readShreds = async (pool: Queryable, { head, incarnation, after, limit }: ShredQuery): Promise<string[]> => {
  const { rows } = await pool.query<{ recorded: string }>(
    `WITH ${KNOWING}
     SELECT DISTINCT ON (e.position, e.hash) e.recorded FROM entries e JOIN knowing USING (generation)
      WHERE e.type IN ('credential.shredded', 'credential.deleted') AND e.position > $1 AND ${INCARNATION} < $3
        AND (e.position, e.hash) > ($4::bigint, $5)
      ORDER BY e.position, e.hash LIMIT $6`,
    [head.position, head.hash, incarnation, after.position, after.hash, limit],
  );
  return rows.map(({ recorded }) => recorded);
};

export const postgresLostTail = (pool: Queryable): LostTail => ({
  entries: (query) => readEntries(pool, query),
  reach: (query) => readReach(pool, query),
  shreds: (query) => readShreds(pool, query),
});
