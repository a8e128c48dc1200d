import type { Pool } from 'pg';
import type { Comparison, Heads, Rebuild, RebuildStore } from '../../ports/rebuild-store.ts';

type Queryable = Pick<Pool, 'query'>;
type Row = {
  readonly generation: number;
  readonly state: Rebuild['state'];
  readonly position: string;
  readonly refused_because: string | null;
  readonly digested_to: string | null;
  readonly digest: string | null;
  readonly replaced_digest: string | null;
};

const COLUMNS = 'generation, state, position, refused_because, digested_to, digest, replaced_digest';

/** Each method is one statement; `serve` is a function of the database, for its several steps are one transaction. */
export const postgresRebuildStore = (pool: Queryable): RebuildStore => ({
  request: () => request(pool),
  latest: () => latest(pool),
  heads: (generation) => heads(pool, generation),
  serve: async (generation, { upTo, digest, replacedDigest }) => {
    const sql = 'SELECT serve_generation($1, $2, $3, $4) AS served';
    const { rows } = await pool.query<{ served: boolean }>(sql, [generation, upTo, digest, replacedDigest]);
    return rows[0]?.served === true;
  },
  serveRestored: async (generation) => {
    const { rows } = await pool.query<{ served: boolean }>('SELECT serve_restored($1) AS served', [generation]);
    return rows[0]?.served === true;
  },
  refuse: async (generation, because) => {
    const sql = `UPDATE checkpoint SET state = 'refused', refused_because = $2 WHERE generation = $1 AND state = 'building'`;
    await pool.query(sql, [generation, because]);
  },
});

const request = async (pool: Queryable): Promise<Rebuild> => {
  // Two that ask at once: the second finds the first's row in its way, and then reads it.
  await pool.query(`
    INSERT INTO checkpoint (generation, state, position, hash)
    SELECT max(generation) + 1, 'building', 0, repeat('0', 64) FROM checkpoint HAVING count(*) FILTER (WHERE state = 'building') = 0
    ON CONFLICT DO NOTHING`);
  const opened = await latest(pool);
  if (!opened) throw new Error('a rebuild was asked for, and is not there');
  return opened;
};

const latest = async (pool: Queryable): Promise<Rebuild | null> => {
  const sql = `SELECT ${COLUMNS} FROM checkpoint WHERE generation > 1 AND state <> 'retired' ORDER BY generation DESC LIMIT 1`;
  const { rows } = await pool.query<Row>(sql);
  return rows[0] ? toRebuild(rows[0]) : null;
};

const toRebuild = ({ generation, state, position, ...row }: Row): Rebuild => ({
  generation,
  state,
  position: Number(position),
  refusedBecause: row.refused_because,
  compared: comparison(row),
});

const comparison = ({ digested_to, digest, replaced_digest }: Pick<Row, 'digested_to' | 'digest' | 'replaced_digest'>): Comparison | null =>
  digested_to === null || digest === null || replaced_digest === null
    ? null
    : { upTo: Number(digested_to), digest, replacedDigest: replaced_digest };

const HEADS = `
  SELECT served.position, served.hash, rebuilt.position AS reached,
         CASE WHEN served.position = 0 THEN served.hash ELSE own.hash END AS hash_at_served
    FROM checkpoint served
    JOIN checkpoint rebuilt ON rebuilt.generation = $1
    LEFT JOIN entries own ON own.generation = $1 AND own.position = served.position
   WHERE served.state = 'served'`;

const heads = async (pool: Queryable, generation: number): Promise<Heads> => {
  type Found = { position: string; hash: string; reached: string; hash_at_served: string | null };
  const { rows } = await pool.query<Found>(HEADS, [generation]);
  const [row] = rows;
  if (!row) throw new Error(`there is no generation ${generation}`);
  return {
    served: { position: Number(row.position), hash: row.hash },
    rebuilt: { position: Number(row.reached), hashAtServed: row.hash_at_served },
  };
};
