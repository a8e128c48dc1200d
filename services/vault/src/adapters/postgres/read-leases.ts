import type { Client, Pool } from 'pg';
import { z } from 'zod';
import type { LeaseFact } from '../../credential/lease-fact.ts';
import { iso } from './iso.ts';

const LeaseRow = z.object({
  consumer: z.string(),
  instance: z.string(),
  lastBeatAt: z.string(),
  silentMs: z.coerce.number(),
  ended: z.enum(['goodbye', 'lost']).nullable(),
  holds: z.array(z.object({ version: z.int(), since: z.string() })),
});

const Row = z.object({ id: z.string(), now: z.string(), leases: z.array(LeaseRow) });

/** Who holds a version of each credential, and the database's clock. */
export type LeasesOf = { readonly now: string; readonly leases: readonly LeaseFact[] };

/** The leases on each credential, by its id. */
export const readLeases = async (client: Client | Pool, credentialIds: readonly string[]): Promise<Map<string, LeasesOf>> => {
  const { rows } = await client.query({
    name: 'leases-of',
    text: `SELECT w.id, ${iso('clock_timestamp()')} AS now, coalesce(jsonb_agg(l.lease ORDER BY l.name) FILTER (WHERE l.name IS NOT NULL), '[]') AS leases
           FROM unnest($1::text[]) w (id) LEFT JOIN LATERAL (
             SELECT s.consumer || '/' || s.instance AS name,
               jsonb_build_object('consumer', s.consumer, 'instance', s.instance, 'lastBeatAt', ${iso('s.last_beat_at')},
                 'silentMs', s.silent_ms, 'ended', s.ended,
                 'holds', jsonb_agg(jsonb_build_object('version', h.version, 'since', ${iso('h.held_since')}) ORDER BY h.version)) AS lease
             FROM lease_holds h JOIN leases s USING (consumer, instance)
             WHERE h.credential_id = w.id GROUP BY s.consumer, s.instance) l ON true
           GROUP BY w.id`,
    values: [credentialIds],
  });
  return new Map(
    z
      .array(Row)
      .parse(rows)
      .map(({ id, ...of }) => [id, of]),
  );
};
