import type { AuditEntry } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { StoredEntries } from '../../ports/stored-entries.ts';

type Row = Omit<AuditEntry, 'position'> & {
  readonly position: string;
  readonly eventId: string;
  readonly prevHash: string;
  readonly hash: string;
  readonly recorded: string;
  readonly projection: number;
};

const OWN = `coalesce($1, (SELECT generation FROM checkpoint WHERE state = 'served'))`;
const PAGE = `
  SELECT position, event_id AS "eventId", prev_hash AS "prevHash", hash, recorded, projection, at, type, who, credential_id AS "credentialId", address,
         from_ip AS "from", summary, verdict, correlation_id AS "correlationId", epoch
    FROM entries
   WHERE generation = ${OWN} AND position > $2
   ORDER BY position LIMIT $3`;

/** Rows of the generation with this number, or of the one that is served at each call. */
export const postgresStoredEntries = (pool: Pick<Pool, 'query'>, generation: number | 'served' = 'served'): StoredEntries => ({
  generation: async () => {
    const { rows } = await pool.query<{ generation: number }>(`SELECT ${OWN} AS generation`, [generation === 'served' ? null : generation]);
    const row = rows[0];
    if (!row) throw new Error('no generation is served');
    return row.generation;
  },
  page: async (after, limit) => {
    const { rows } = await pool.query<Row>(PAGE, [generation === 'served' ? null : generation, after, limit]);
    return rows.map(({ eventId, prevHash, hash, recorded, projection, position, ...entry }) => ({
      eventId,
      prevHash,
      hash,
      recorded,
      projection,
      entry: { position: Number(position), ...entry },
    }));
  },
  hasOtherProjection: async (version) => {
    const sql = `SELECT EXISTS (SELECT FROM entries WHERE generation = ${OWN} AND projection <> $2) AS found`;
    const { rows } = await pool.query<{ found: boolean }>(sql, [generation === 'served' ? null : generation, version]);
    return rows[0]?.found === true;
  },
});
