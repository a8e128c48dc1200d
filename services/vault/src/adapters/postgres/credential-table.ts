import { CredentialSummary } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { CredentialTable, OpenRotation } from '../../ports/credential-table.ts';

const likeOf = (search: string): string => `%${search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

const list: (pool: Pool, ...filter: Parameters<CredentialTable['list']>) => ReturnType<CredentialTable['list']> = async (
  pool,
  { search, cursor, limit },
) => {
  const like = search === undefined || search === '' ? null : likeOf(search.toLowerCase());
  const { rows } = await pool.query<{ body: unknown }>({
    name: 'list-credentials',
    text: `SELECT body FROM credentials
           WHERE ($1::text IS NULL OR address LIKE $1 OR lower(body->>'displayName') LIKE $1) AND ($2::text IS NULL OR address > $2)
           ORDER BY address LIMIT $3`,
    values: [like, cursor ?? null, limit + 1],
  });
  const count = await pool.query<{ total: number }>({
    name: 'count-credentials',
    text: `SELECT count(*)::int AS total FROM credentials WHERE $1::text IS NULL OR address LIKE $1 OR lower(body->>'displayName') LIKE $1`,
    values: [like],
  });
  const items = z.array(CredentialSummary).parse(rows.slice(0, limit).map((row) => row.body));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.address ?? null) : null, total: count.rows[0]?.total ?? 0 };
};

const idOf = async (pool: Pool, address: string): Promise<string | null> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'credential-id-of',
    text: 'SELECT credential_id AS id FROM credentials WHERE address = $1',
    values: [address],
  });
  return rows[0]?.id ?? null;
};

const open = async (pool: Pool): Promise<OpenRotation[]> => {
  const { rows } = await pool.query<OpenRotation>({
    name: 'open-rotations',
    text: `SELECT credential_id AS "credentialId", address, open_epoch AS epoch, body->>'openTrace' AS traceparent
           FROM credentials WHERE open_epoch IS NOT NULL ORDER BY address`,
  });
  return rows;
};

const unsettled = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'unsettled-credentials',
    text: `SELECT credential_id AS id FROM credentials WHERE jsonb_array_length(body->'ledger') > 0 ORDER BY address`,
  });
  return rows.map((row) => row.id);
};

/** Table `credentials`, written by the log in each append's own transaction. */
export const postgresCredentialTable = (pool: Pool): CredentialTable => ({
  list: (filter) => list(pool, filter),
  idOf: (address) => idOf(pool, address),
  open: () => open(pool),
  unsettled: () => unsettled(pool),
});
