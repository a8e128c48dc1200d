import type { Pool } from 'pg';
import { KekNotActive } from '../../ports/kek-not-active.ts';
import type { KeyTable, StoredIdentity, StoredSealingKey } from '../../ports/key-table.ts';
import type { WrappedKey } from '../../ports/key-wrapper.ts';
import { readTogether } from './read-together.ts';

type OfVersion = { readonly credentialId: string; readonly version: number };

const dek = async (pool: Pool, { credentialId, version }: OfVersion): Promise<WrappedKey | null> => {
  const { rows } = await pool.query<WrappedKey>({
    name: 'dek',
    text: `SELECT kek_id AS "kekId", wrapped FROM wrapped_deks WHERE credential_id = $1 AND version = $2`,
    values: [credentialId, version],
  });
  return rows[0] ?? null;
};

const deks = async (pool: Pool, of: readonly OfVersion[]): Promise<(WrappedKey | null)[]> => {
  const { rows } = await pool.query<WrappedKey & { at: string }>(
    `SELECT DISTINCT ON (w.at) w.at::int AS at, d.kek_id AS "kekId", d.wrapped
     FROM unnest($1::text[], $2::int[]) WITH ORDINALITY w (credential_id, version, at) JOIN wrapped_deks d USING (credential_id, version)`,
    [of.map((each) => each.credentialId), of.map((each) => each.version)],
  );
  const found = new Map(rows.map(({ at, kekId, wrapped }) => [Number(at), { kekId, wrapped }]));
  return of.map((_each, index) => found.get(index + 1) ?? null);
};

const identity = async (pool: Pool): Promise<StoredIdentity | null> => {
  const { rows } = await pool.query<WrappedKey & { raw: Buffer }>(
    `SELECT public_key AS raw, kek_id AS "kekId", wrapped_private AS wrapped FROM vault_identity`,
  );
  const [row] = rows;
  return row ? { publicKey: row.raw.toString('base64url'), kekId: row.kekId, wrapped: row.wrapped } : null;
};

const storeIdentity = async (pool: Pool, made: StoredIdentity): Promise<StoredIdentity> => {
  await pool.query(`INSERT INTO vault_identity (public_key, kek_id, wrapped_private) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
    Buffer.from(made.publicKey, 'base64url'),
    made.kekId,
    Buffer.from(made.wrapped),
  ]);
  const stored = await identity(pool);
  if (!stored) throw new Error('the identity of the vault was not kept');
  return stored;
};

const sealingKeys = async (pool: Pool): Promise<StoredSealingKey[]> => {
  const { rows } = await pool.query<{ id: string; raw: Buffer; kekId: string; wrapped: Buffer; notAfter: Date }>(
    `SELECT key_id AS id, public_key AS raw, kek_id AS "kekId", wrapped_private AS wrapped, expires_at AS "notAfter" FROM sealing_keys ORDER BY expires_at`,
  );
  return rows.map(({ id, raw, kekId, wrapped, notAfter }) => ({
    id,
    publicKey: raw.toString('base64url'),
    kekId,
    wrapped,
    notAfter: notAfter.toISOString(),
  }));
};

const storeSealingKey = async (pool: Pool, key: StoredSealingKey): Promise<void> => {
  const { rowCount } = await pool.query(
    `INSERT INTO sealing_keys (key_id, public_key, kek_id, wrapped_private, expires_at) SELECT $1, $2, $3, $4, $5::timestamptz
     WHERE NOT EXISTS (SELECT 1 FROM keks) OR EXISTS (SELECT 1 FROM keks WHERE kek_id = $3 AND state = 'active' FOR SHARE)`,
    [key.id, Buffer.from(key.publicKey, 'base64url'), key.kekId, Buffer.from(key.wrapped), key.notAfter],
  );
  if (rowCount !== 1) throw new KekNotActive(key.kekId);
};

const deleteSealingKeys = async (pool: Pool, ids: readonly string[]): Promise<void> => {
  await pool.query('DELETE FROM sealing_keys WHERE key_id = ANY ($1)', [ids]);
};

const missingDeks = async (pool: Pool): Promise<{ credentialId: string; version: number }[]> => {
  const { rows } = await pool.query<{ credentialId: string; version: number }>(
    `SELECT u.credential_id AS "credentialId", v.version::int
     FROM credential_upkeep u CROSS JOIN jsonb_array_elements_text(u.body->'live') v (version)
     LEFT JOIN wrapped_deks d ON d.credential_id = u.credential_id AND d.version = v.version::int
     WHERE d.credential_id IS NULL ORDER BY 1, 2 LIMIT 20`,
  );
  return rows;
};

const dekOf = (pool: Pool): KeyTable['dek'] => {
  const read = readTogether({ one: (of: OfVersion) => dek(pool, of), many: (all) => deks(pool, all) });
  return (credentialId, version) => read({ credentialId, version });
};

/** Wrapped DEKs, the vault's identity and its sealing keys in Postgres. */
export const postgresKeyTable = (pool: Pool): KeyTable => ({
  dek: dekOf(pool),
  identity: () => identity(pool),
  storeIdentity: (made) => storeIdentity(pool, made),
  sealingKeys: () => sealingKeys(pool),
  storeSealingKey: (key) => storeSealingKey(pool, key),
  deleteSealingKeys: (ids) => deleteSealingKeys(pool, ids),
  missingDeks: () => missingDeks(pool),
});
