import type { Pool } from 'pg';
import { z } from 'zod';
import { KekNotActive } from '../../ports/kek-not-active.ts';
import type { OwnKey, RewrapCursor, Rewrapped, RewrapStore, WrappedDek } from '../../ports/rewrap-store.ts';
import { IDENTITY_CONTEXT, sealingKeyContext } from '../../ports/own-key-contexts.ts';

const next = async (pool: Pool, kekId: string, after: RewrapCursor | null, limit: number): Promise<WrappedDek[]> => {
  const { rows } = await pool.query<WrappedDek>({
    name: 'rewrap-next',
    text: `SELECT kek_id AS "kekId", credential_id AS "credentialId", version, wrapped FROM wrapped_deks
           WHERE (credential_id, version) > ($2, $3) AND kek_id <> $1 ORDER BY credential_id, version LIMIT $4`,
    values: [kekId, after?.credentialId ?? '', after?.version ?? 0, limit],
  });
  return rows;
};

const Replaced = z.object({ active: z.boolean(), moved: z.int() });

/** The key's row is locked, so that it stays active until this statement, which is the whole transaction, is committed. */
const TARGET = `target AS (SELECT kek_id FROM keks WHERE kek_id = $1 AND state = 'active' FOR SHARE)`;

const replace = async (pool: Pool, runId: string, batch: readonly Rewrapped<WrappedDek>[]): Promise<number> => {
  const [first] = batch;
  if (!first) return 0;
  const { rows } = await pool.query({
    name: 'rewrap-replace',
    text: `WITH ${TARGET}, moved AS (
             UPDATE wrapped_deks d SET kek_id = $1, wrapped = w.wrapped
             FROM unnest($2::text[], $3::text[], $4::int[], $5::bytea[]) w (kek_id, credential_id, version, wrapped)
             WHERE d.credential_id = w.credential_id AND d.version = w.version AND d.kek_id = w.kek_id AND EXISTS (SELECT 1 FROM target)
             RETURNING 1),
           counted AS (
             INSERT INTO rewraps (run_id, rotated) SELECT $6, count(*) FROM moved
             ON CONFLICT (run_id) DO UPDATE SET rotated = rewraps.rotated + excluded.rotated)
           SELECT EXISTS (SELECT 1 FROM target) AS active, (SELECT count(*) FROM moved)::int AS moved`,
    values: [
      first.after.kekId,
      batch.map(({ before }) => before.kekId),
      batch.map(({ before }) => before.credentialId),
      batch.map(({ before }) => before.version),
      batch.map(({ after }) => Buffer.from(after.wrapped)),
      runId,
    ],
  });
  const { active, moved } = Replaced.parse(rows[0]);
  if (!active) throw new KekNotActive(first.after.kekId);
  return moved;
};

const ownKeys = async (pool: Pool, kekId: string): Promise<OwnKey[]> => {
  const { rows } = await pool.query<{ kind: OwnKey['kind']; keyId: string; kekId: string; wrapped: Buffer }>(
    `SELECT 'identity' AS kind, '' AS "keyId", kek_id AS "kekId", wrapped_private AS wrapped FROM vault_identity WHERE kek_id <> $1
     UNION ALL SELECT 'sealing-key', key_id, kek_id, wrapped_private FROM sealing_keys WHERE kek_id <> $1 ORDER BY 1, 2`,
    [kekId],
  );
  return rows.map((row) => ({ ...row, context: row.kind === 'identity' ? IDENTITY_CONTEXT : sealingKeyContext(row.keyId) }));
};

const replaceOwn = async (pool: Pool, runId: string, { before, after }: Rewrapped<OwnKey>): Promise<void> => {
  const [table, condition] = before.kind === 'identity' ? ['vault_identity', `$4 = ''`] : ['sealing_keys', 'key_id = $4'];
  const { rows } = await pool.query(
    `WITH ${TARGET}, moved AS (
       UPDATE ${table} SET kek_id = $1, wrapped_private = $2 WHERE kek_id = $3 AND ${condition} AND EXISTS (SELECT 1 FROM target) RETURNING 1),
     counted AS (
       INSERT INTO rewraps (run_id, own_keys) SELECT $5, count(*) FROM moved
       ON CONFLICT (run_id) DO UPDATE SET own_keys = rewraps.own_keys + excluded.own_keys)
     SELECT EXISTS (SELECT 1 FROM target) AS active, (SELECT count(*) FROM moved)::int AS moved`,
    [after.kekId, Buffer.from(after.wrapped), before.kekId, before.keyId, runId],
  );
  if (!Replaced.parse(rows[0]).active) throw new KekNotActive(after.kekId);
};

const counts = async (pool: Pool, runId: string): Promise<{ rotated: number; ownKeys: number }> => {
  const { rows } = await pool.query<{ rotated: number; ownKeys: number }>(
    'SELECT rotated, own_keys AS "ownKeys" FROM rewraps WHERE run_id = $1',
    [runId],
  );
  return rows[0] ?? { rotated: 0, ownKeys: 0 };
};

/** Re-wraps in Postgres: each batch is one statement, so it is there whole or not at all, and so is its count. */
export const postgresRewrapStore = (pool: Pool): RewrapStore => ({
  next: (kekId, after, limit) => next(pool, kekId, after, limit),
  replace: (runId, batch) => replace(pool, runId, batch),
  ownKeys: (kekId) => ownKeys(pool, kekId),
  replaceOwn: (runId, key) => replaceOwn(pool, runId, key),
  counts: (runId) => counts(pool, runId),
});
