import { type CredentialType, fittingProvider, sharedProviderOf } from '@keyturn/contracts';
import type { Client, Pool } from 'pg';
import { isLlmKeyOf } from './credential-conditions.ts';
import type { BulkRotationTable, BulkWanted, Selected } from '../../ports/bulk-rotation-table.ts';
import type { Write } from '../../ports/command-log.ts';

type Of<Kind extends Write['kind']> = Extract<Write, { readonly kind: Kind }>;
type Row = Omit<Selected, 'provider'> & { readonly type: CredentialType; readonly llm: string | null };

const selectedOf = ({ credentialId, address, type, llm }: Row): Selected => {
  const provider = sharedProviderOf(type, llm === null ? {} : { provider: llm });
  return { credentialId, address, ...(provider === null ? {} : { provider }) };
};

const select = async (pool: Pool, { service, provider, credentialType, tag, ids }: BulkWanted, limit: number): Promise<Selected[]> => {
  const { types, llmProvider } = provider === undefined ? { types: null, llmProvider: null } : fittingProvider(provider);
  const { rows } = await pool.query<Row>({
    name: 'select-for-bulk',
    text: `SELECT c.credential_id AS "credentialId", c.address, c.credential_type AS type, c.body->'publicFields'->>'provider' AS llm
           FROM credentials c
           WHERE c.scope = 'system' AND ($1::text IS NULL OR c.service = $1) AND ($2::text IS NULL OR c.credential_type = $2)
             AND ($3::text IS NULL OR c.tags @> to_jsonb(ARRAY[$3::text])) AND ($4::text[] IS NULL OR c.credential_id = ANY ($4))
             AND ($6::text[] IS NULL OR c.credential_type = ANY ($6) OR ${isLlmKeyOf('$7')})
           ORDER BY EXISTS (SELECT 1 FROM credentials managed WHERE managed.issuer = c.credential_id), c.address LIMIT $5`,
    values: [service ?? null, credentialType ?? null, tag ?? null, ids ?? null, limit, types, llmProvider],
  });
  return rows.map(selectedOf);
};

const open = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'open-bulk-rotations',
    text: 'SELECT bulk_id AS id FROM bulk_rotations WHERE is_open ORDER BY requested_at, bulk_id',
  });
  return rows.map(({ id }) => id);
};

const newest = async (pool: Pool, limit: number): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>({
    name: 'newest-bulk-rotations',
    text: 'SELECT bulk_id AS id FROM bulk_rotations ORDER BY requested_at DESC, bulk_id DESC LIMIT $1',
    values: [limit],
  });
  return rows.map(({ id }) => id);
};

/** The last write of each: one statement can't touch a row twice. */
export const upsertBulkRotations = (client: Client, writes: readonly Of<'bulk-rotation'>[]): Promise<unknown> => {
  const last = [...new Map(writes.map((write) => [write.bulkId, write])).values()];
  return client.query({
    name: 'upsert-bulk-rotations',
    text: `INSERT INTO bulk_rotations (bulk_id, requested_at, is_open) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::boolean[])
           ON CONFLICT (bulk_id) DO UPDATE SET is_open = excluded.is_open`,
    values: [last.map(({ bulkId }) => bulkId), last.map(({ requestedAt }) => requestedAt), last.map(({ isOpen }) => isOpen)],
  });
};

/** Table `bulk_rotations`, and what of `credentials` a selection fits. */
export const postgresBulkRotationTable = (pool: Pool): BulkRotationTable => ({
  open: () => open(pool),
  newest: (limit) => newest(pool, limit),
  select: (wanted, limit) => select(pool, wanted, limit),
});
