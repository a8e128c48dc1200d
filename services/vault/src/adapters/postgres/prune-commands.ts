import type { Pool } from 'pg';

/** Forgets verdicts that are older than `days` (7: design §3), at most `limit` at a time. Answers how many. */
export const pruneCommands = async (pool: Pool, options: { readonly days?: number; readonly limit?: number } = {}): Promise<number> => {
  const { rowCount } = await pool.query(
    `DELETE FROM commands WHERE command_id IN
       (SELECT command_id FROM commands WHERE recorded_at < clock_timestamp() - make_interval(days => $1) LIMIT $2)`,
    [options.days ?? 7, options.limit ?? 10_000],
  );
  return rowCount ?? 0;
};
