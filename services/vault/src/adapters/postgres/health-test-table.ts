import type { Pool } from 'pg';
import type { HealthTestTable } from '../../ports/health-test-table.ts';

const due = async (pool: Pool, before: string, besides: readonly string[], limit: number): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'due-for-health-test',
    text: `SELECT u.credential_id AS id FROM credential_upkeep u JOIN credentials c USING (credential_id)
           WHERE u.tested_at < $1 AND u.is_testable AND NOT (u.credential_id = ANY ($2))
             AND c.status = 'active' AND c.open_epoch IS NULL AND c.errand IS NULL AND c.body->>'current' IS NOT NULL
           ORDER BY u.tested_at LIMIT $3`,
    values: [before, besides, limit],
  });
  return rows.map((row) => row.id);
};

const open = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query<{ open: number }>({
    name: 'open-tests',
    text: `SELECT count(*)::int AS open FROM credentials WHERE errand = 'test'`,
  });
  return rows[0]?.open ?? 0;
};

/** `testedAt` and `testable` of table `credential_upkeep`; rows from before they were kept have neither, and count as never tested. */
export const postgresHealthTestTable = (pool: Pool): HealthTestTable => ({
  open: () => open(pool),
  due: (before, besides, limit) => due(pool, before, besides, limit),
});
