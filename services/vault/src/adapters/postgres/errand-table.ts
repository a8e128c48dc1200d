import type { Pool } from 'pg';
import type { ErrandTable } from '../../ports/errand-table.ts';

const open = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'open-errands',
    text: `SELECT credential_id AS id FROM credentials WHERE errand IS NOT NULL ORDER BY address`,
  });
  return rows.map((row) => row.id);
};

const managedBy = async (pool: Pool, issuer: string): Promise<string[]> => {
  const { rows } = await pool.query<{ address: string }>({
    name: 'managed-by',
    text: `SELECT address FROM credentials WHERE issuer = $1 ORDER BY address LIMIT 20`,
    values: [issuer],
  });
  return rows.map((row) => row.address);
};

/** Two fields of table `credentials`. */
export const postgresErrandTable = (pool: Pool): ErrandTable => ({
  open: () => open(pool),
  managedBy: (issuer) => managedBy(pool, issuer),
});
