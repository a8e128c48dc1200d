import type { Sensitive } from '@keyturn/kernel';
import { Pool } from 'pg';
import type { KeysThere } from '../../ports/keys-there.ts';
import { postgresKekTable } from './kek-table.ts';
import { postgresKeyTable } from './key-table.ts';

type Schema = { readonly hasKeys: boolean; readonly hasRing: boolean; readonly hasUpkeep: boolean };

const readSchema = async (pool: Pool): Promise<Schema> => {
  const { rows } = await pool.query<Schema>(
    `SELECT to_regclass('vault_identity') IS NOT NULL AS "hasKeys", to_regclass('keks') IS NOT NULL AS "hasRing",
            to_regclass('credential_upkeep') IS NOT NULL AS "hasUpkeep"`,
  );
  return rows[0] ?? { hasKeys: false, hasRing: false, hasUpkeep: false };
};

/**
 * Gives `look` the keys that a database holds before it is migrated, so that a start which is refused has changed nothing in it. Does
 * nothing where nobody migrates, or where the database holds no keys yet. A schema from before table `credential_upkeep` doesn't tell which
 * data keys are missing: that is found after its migration.
 */
export const beforeMigration = async (ownerUrl: Sensitive<string> | null, look: (there: KeysThere) => Promise<void>): Promise<void> => {
  if (ownerUrl === null) return;
  const pool = new Pool({ connectionString: ownerUrl.reveal(), application_name: 'keyturn-vault-migrate', max: 1 });
  pool.on('error', () => undefined); // a lost connection surfaces in the query that is under way
  try {
    const { hasKeys, hasRing, hasUpkeep } = await readSchema(pool);
    if (!hasKeys) return;
    const [keys, keks] = [postgresKeyTable(pool), postgresKekTable(pool)];
    await look({
      keys: hasUpkeep ? keys : { ...keys, missingDeks: () => Promise.resolve([]) },
      keks: hasRing ? keks : { ...keks, active: () => Promise.resolve(null) },
    });
  } finally {
    await pool.end();
  }
};
