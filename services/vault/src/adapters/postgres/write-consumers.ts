import type { Client } from 'pg';
import type { Write } from '../../ports/command-log.ts';

type Of<Kind extends Write['kind']> = Extract<Write, { readonly kind: Kind }>;

export const insertConsumers = (client: Client, consumers: readonly Of<'consumer'>[]): Promise<unknown> =>
  client.query({
    name: 'insert-consumers',
    text: 'INSERT INTO consumers (consumer) SELECT DISTINCT unnest($1::text[]) ON CONFLICT (consumer) DO NOTHING',
    values: [consumers.map(({ consumer }) => consumer)],
  });

/** One statement can't touch a row twice, so the last use of each. */
export const upsertTokenUses = (client: Client, uses: readonly Of<'token-used'>[]): Promise<unknown> =>
  client.query({
    name: 'upsert-token-uses',
    text: `INSERT INTO api_token_uses (token_id, last_used_at)
           SELECT token_id, max(at) FROM unnest($1::text[], $2::timestamptz[]) u (token_id, at) GROUP BY token_id ORDER BY token_id
           ON CONFLICT (token_id) DO UPDATE SET last_used_at = greatest(api_token_uses.last_used_at, excluded.last_used_at)`,
    values: [uses.map(({ tokenId }) => tokenId), uses.map(({ at }) => at)],
  });
