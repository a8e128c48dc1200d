import type { Pool } from 'pg';
import type { ConsumerTable, SeenFrom } from '../../ports/consumer-table.ts';
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

/** Looks at the end of each stream: on it are only identities and ends of leases. */
const lastSeenFrom = async (pool: Pool, leaseStreams: readonly string[]): Promise<Map<string, SeenFrom>> => {
  const { rows } = await pool.query<{ stream: string; ip: string | null; at: string }>({
    name: 'last-seen-from',
    text: `SELECT w.stream, seen.ip, seen.at FROM unnest($1::text[]) w (stream) CROSS JOIN LATERAL
             (SELECT e.meta::jsonb->'actor'->>'ip' AS ip, e.recorded_at AS at FROM streams s JOIN events e ON e.position = s.position
              WHERE s.stream = w.stream AND e.type = 'subscriber.credentials-issued' ORDER BY s.version DESC LIMIT 1) seen`,
    values: [leaseStreams],
  });
  return new Map(rows.flatMap(({ stream, ip, at }) => (ip === null ? [] : [[stream, { ip, at }] as const])));
};

/** Tables `consumers` and `api_token_uses`, and what the log's own streams of instances tell. */
export const postgresConsumerTable = (pool: Pool): ConsumerTable => ({
  names: () => names(pool),
  lastUses: (tokenIds) => lastUses(pool, tokenIds),
  lastSeenFrom: (leaseStreams) => lastSeenFrom(pool, leaseStreams),
});
