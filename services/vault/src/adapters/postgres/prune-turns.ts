import type { Pool } from 'pg';

/**
 * Forgets lines in which nobody has stood, and that nothing has held, for `days`, at most `limit` at a time: hosts that a custom endpoint named
 * once. Whoever comes back begins a new one, as free as the old. A line that somebody takes a turn in just now is left. Answers how many.
 */
export const pruneTurns = async (pool: Pool, options: { readonly days?: number; readonly limit?: number } = {}): Promise<number> => {
  const { rowCount } = await pool.query(
    `DELETE FROM provider_turns WHERE key IN
       (SELECT key FROM provider_turns WHERE greatest(next_at, again_at, held_until) < clock_timestamp() - make_interval(days => $1)
         LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [options.days ?? 1, options.limit ?? 10_000],
  );
  return rowCount ?? 0;
};
