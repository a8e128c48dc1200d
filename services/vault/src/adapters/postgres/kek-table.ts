import type { Pool } from 'pg';
import type { KekTable, KekUses, Replica } from '../../ports/kek-table.ts';

const active = async (pool: Pool): Promise<string | null> => {
  const { rows } = await pool.query<{ id: string }>({ name: 'active-kek', text: `SELECT kek_id AS id FROM keks WHERE state = 'active'` });
  return rows[0]?.id ?? null;
};

const uses = async (pool: Pool): Promise<KekUses[]> => {
  const { rows } = await pool.query<KekUses>(
    `SELECT kek_id AS "kekId", sum(dek)::int AS "dataKeys", sum(sealing)::int AS "sealingKeys", sum(identity)::int AS identity FROM (
       SELECT kek_id, count(*) AS dek, 0 AS sealing, 0 AS identity FROM wrapped_deks GROUP BY 1
       UNION ALL SELECT kek_id, 0, count(*), 0 FROM sealing_keys GROUP BY 1
       UNION ALL SELECT kek_id, 0, 0, count(*) FROM vault_identity GROUP BY 1) u GROUP BY 1 ORDER BY 1`,
  );
  return rows;
};

const reserve = async (pool: Pool, kekId: string, wraps: number, limit: number): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: 'reserve-wraps',
    text: `INSERT INTO kek_wraps (kek_id, wraps) SELECT $1, $2::bigint WHERE $2::bigint <= $3::bigint
           ON CONFLICT (kek_id) DO UPDATE SET wraps = kek_wraps.wraps + excluded.wraps WHERE kek_wraps.wraps + excluded.wraps <= $3::bigint`,
    values: [kekId, wraps, limit],
  });
  return rowCount === 1;
};

const wraps = async (pool: Pool): Promise<Map<string, number>> => {
  const { rows } = await pool.query<{ id: string; wraps: string }>('SELECT kek_id AS id, wraps FROM kek_wraps');
  return new Map(rows.map((row) => [row.id, Number(row.wraps)]));
};

/** What said nothing for a day is forgotten, so that the table doesn't grow with every restart. */
const report = async (pool: Pool, replica: string, kekIds: readonly string[], goneMs: number): Promise<void> => {
  await pool.query({
    name: 'report-replica',
    text: `WITH forgotten AS (DELETE FROM vault_replicas WHERE counts_until < now() - interval '1 day')
           INSERT INTO vault_replicas (replica, kek_ids, seen_at, counts_until) VALUES ($1, $2, now(), now() + $3 * interval '1 millisecond')
           ON CONFLICT (replica) DO UPDATE SET kek_ids = excluded.kek_ids, seen_at = excluded.seen_at, counts_until = excluded.counts_until`,
    values: [replica, kekIds, goneMs],
  });
};

const list = async (pool: Pool): Promise<Replica[]> => {
  const { rows } = await pool.query<{ replica: string; kekIds: string[]; seenAt: Date }>(
    `SELECT replica, kek_ids AS "kekIds", seen_at AS "seenAt" FROM vault_replicas WHERE counts_until > now() ORDER BY replica`,
  );
  return rows.map(({ seenAt, ...row }) => ({ ...row, seenAt: seenAt.toISOString() }));
};

const leave = async (pool: Pool, replica: string): Promise<void> => {
  await pool.query('DELETE FROM vault_replicas WHERE replica = $1', [replica]);
};

/** What Postgres keeps of KEKs; never a KEK. */
export const postgresKekTable = (pool: Pool): KekTable => ({
  active: () => active(pool),
  uses: () => uses(pool),
  reserve: (kekId, count, limit) => reserve(pool, kekId, count, limit),
  wraps: () => wraps(pool),
  replicas: {
    report: (replica, kekIds, goneMs) => report(pool, replica, kekIds, goneMs),
    list: () => list(pool),
    leave: (replica) => leave(pool, replica),
  },
});
