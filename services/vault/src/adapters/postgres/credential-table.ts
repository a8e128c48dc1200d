import type { Pool } from 'pg';
import type { Candidate, CredentialTable, OpenRotation } from '../../ports/credential-table.ts';
import { countCredentials } from './count-credentials.ts';
import { listCredentials } from './list-credentials.ts';
import { readTogether } from './read-together.ts';

const idOf = async (pool: Pool, address: string): Promise<string | null> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'credential-id-of',
    text: 'SELECT credential_id AS id FROM credentials WHERE address = $1',
    values: [address],
  });
  return rows[0]?.id ?? null;
};

const idsOf = async (pool: Pool, addresses: readonly string[]): Promise<(string | null)[]> => {
  const { rows } = await pool.query<{ address: string; id: string }>(
    'SELECT address, credential_id AS id FROM credentials WHERE address = ANY ($1)',
    [[...new Set(addresses)]],
  );
  const ids = new Map(rows.map(({ address, id }) => [address, id]));
  return addresses.map((address) => ids.get(address) ?? null);
};

const candidates = async (pool: Pool, of: Parameters<CredentialTable['candidates']>[0]): Promise<Candidate[]> => {
  const { rows } = await pool.query<Candidate>({
    name: 'credential-candidates',
    text: `SELECT credential_id AS "credentialId", address, CASE WHEN scope = 'system' THEN 'system' ELSE 'user' END AS source
           FROM credentials
           WHERE service = $2 AND credential_type = $3 AND body->>'current' IS NOT NULL AND
                 (scope = 'system' OR status IN ('registered', 'active') AND
                 (scope = $1 OR scope IN (SELECT legacy_scope FROM legacy_users WHERE scope = $1)))
           ORDER BY status IN ('registered', 'active') DESC, scope = 'system', is_default DESC, address LIMIT 20`,
    values: [of.userScope, of.service, of.credentialType],
  });
  return rows;
};

const open = async (pool: Pool): Promise<OpenRotation[]> => {
  const { rows } = await pool.query<OpenRotation>({
    name: 'open-rotations',
    text: `SELECT credential_id AS "credentialId", address, open_epoch AS epoch, u.body->>'openTrace' AS traceparent,
             u.body->>'openReason' AS reason
           FROM credentials c JOIN credential_upkeep u USING (credential_id) WHERE open_epoch IS NOT NULL ORDER BY address`,
  });
  return rows;
};

const unsettled = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'unsettled-credentials',
    text: `SELECT credential_id AS id FROM credential_upkeep u JOIN credentials c USING (credential_id)
           WHERE jsonb_array_length(u.body->'ledger') > 0 ORDER BY c.address`,
  });
  return rows.map((row) => row.id);
};

/** Table `credentials`, written by the log in each append's own transaction. */
export const postgresCredentialTable = (pool: Pool): CredentialTable => ({
  list: (asked) => listCredentials(pool, asked),
  count: (filters) => countCredentials(pool, filters),
  candidates: (of) => candidates(pool, of),
  idOf: readTogether({ one: (address: string) => idOf(pool, address), many: (addresses) => idsOf(pool, addresses) }),
  open: () => open(pool),
  unsettled: () => unsettled(pool),
});
