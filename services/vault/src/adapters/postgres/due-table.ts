import type { Pool } from 'pg';
import type { DueCredential, DueTable } from '../../ports/due-table.ts';

const due = async (pool: Pool, now: string, after: DueCredential | null, limit: number): Promise<DueCredential[]> => {
  const { rows } = await pool.query<DueCredential>({
    name: 'due-by-the-clock',
    text: `SELECT credential_id AS "credentialId", look_at AS "lookAt" FROM credential_upkeep
           WHERE look_at IS NOT NULL AND look_at <= $1 AND (look_at, credential_id) > ($2, $3)
           ORDER BY look_at, credential_id LIMIT $4`,
    values: [now, after?.lookAt ?? '', after?.credentialId ?? '', limit],
  });
  return rows;
};

/** Column `look_at` of table `credential_upkeep`. */
export const postgresDueTable = (pool: Pool): DueTable => ({ due: (now, after, limit) => due(pool, now, after, limit) });
