import type { Pool } from 'pg';
import type { ConsumerTable } from '../../ports/consumer-table.ts';
import { iso } from './iso.ts';

const names = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ consumer: string }>('SELECT consumer FROM consumers ORDER BY consumer COLLATE "C"');
  return rows.map(({ consumer }) => consumer);
};

const lastUses = async (pool: Pool, tokenIds: readonly string[]): Promise<Map<string, string>> => {
  const { rows } = await pool.query<{ tokenId: string; at: string }>(
    `SELECT token_id AS "tokenId", ${iso('last_used_at')} AS at FROM api_token_uses WHERE token_id = ANY ($1)`,
    [tokenIds],
  );
  return new Map(rows.map(({ tokenId, at }) => [tokenId, at]));
};

/** Tables `consumers` and `api_token_uses`. */
export const postgresConsumerTable = (pool: Pool): ConsumerTable => ({
  names: () => names(pool),
  lastUses: (tokenIds) => lastUses(pool, tokenIds),
});
