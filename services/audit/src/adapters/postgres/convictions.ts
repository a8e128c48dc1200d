import type { Pool } from 'pg';
import type { Convictions } from '../../ports/convictions.ts';

export const postgresConvictions = (pool: Pick<Pool, 'query'>): Convictions => ({
  record: async ({ position, sentence }) => {
    await pool.query('INSERT INTO convictions (sentence, position) VALUES ($1, $2) ON CONFLICT DO NOTHING', [sentence, position]);
  },
  unsettled: async () => {
    const sql = 'SELECT sentence, position FROM convictions WHERE settled_at IS NULL ORDER BY position NULLS LAST, found_at LIMIT 100';
    const { rows } = await pool.query<{ sentence: string; position: string | null }>(sql);
    return rows.map(({ sentence, position }) => ({ sentence, position: position === null ? null : Number(position) }));
  },
});
