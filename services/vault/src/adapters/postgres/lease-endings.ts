import type { Pool } from 'pg';
import { z } from 'zod';
import type { LeaseEnding, LeaseEndings } from '../../ports/lease-endings.ts';
import { iso } from './iso.ts';

const Ending = z.object({ consumer: z.string(), instance: z.string(), startedAt: z.string(), how: z.enum(['goodbye', 'lost']) });
const COLUMNS = `consumer, instance, ${iso('started_at')} AS "startedAt", how`;

/** As many as are recorded between two ticks. */
const OWED_AT_ONCE = 500;

const goodbye = async (pool: Pool, { consumer, instance, seq }: Parameters<LeaseEndings['goodbye']>[0]): Promise<LeaseEnding | null> => {
  const { rows } = await pool.query({
    name: 'end-lease',
    text: `WITH ended AS (UPDATE leases SET ended = 'goodbye', seq = $3 WHERE consumer = $1 AND instance = $2 AND ended IS NULL AND seq <= $3
                          RETURNING consumer, instance, started_at),
                dropped AS (DELETE FROM lease_holds h USING ended e WHERE h.consumer = e.consumer AND h.instance = e.instance)
           INSERT INTO lease_endings (consumer, instance, started_at, how) SELECT consumer, instance, started_at, 'goodbye' FROM ended
           RETURNING ${COLUMNS}`,
    values: [consumer, instance, seq],
  });
  return z.array(Ending).parse(rows)[0] ?? null;
};

/** Whoever is being written at this moment is not lost, so locked rows are passed by: this never waits, and no lock order can tangle it. */
const endLost = (pool: Pool, otherwiseMs: number) =>
  pool.query({
    name: 'end-lost-leases',
    text: `WITH due AS (
             SELECT l.consumer, l.instance FROM leases l
             WHERE l.ended IS NULL AND l.silent_ms > 0 AND l.silent_ms >= coalesce((
               SELECT max((u.body->>'lostAfterMs')::bigint) FROM lease_holds h JOIN credential_upkeep u USING (credential_id)
               WHERE h.consumer = l.consumer AND h.instance = l.instance), $1)
             ORDER BY l.consumer, l.instance FOR NO KEY UPDATE SKIP LOCKED),
           lost AS (
             UPDATE leases l SET ended = 'lost' FROM due WHERE l.consumer = due.consumer AND l.instance = due.instance
             RETURNING l.consumer, l.instance, l.started_at)
           INSERT INTO lease_endings (consumer, instance, started_at, how) SELECT consumer, instance, started_at, 'lost' FROM lost`,
    values: [otherwiseMs],
  });

const owed = async (pool: Pool): Promise<LeaseEnding[]> => {
  const { rows } = await pool.query({
    name: 'owed-lease-endings',
    text: `SELECT ${COLUMNS} FROM lease_endings ORDER BY started_at, consumer, instance LIMIT $1`,
    values: [OWED_AT_ONCE],
  });
  return z.array(Ending).parse(rows);
};

const recorded = (pool: Pool, { consumer, instance, startedAt }: LeaseEnding) =>
  pool.query({
    name: 'lease-ending-recorded',
    text: `DELETE FROM lease_endings WHERE consumer = $1 AND instance = $2 AND started_at = $3::timestamptz`,
    values: [consumer, instance, startedAt],
  });

/** A goodbye is remembered for an hour: a beat or fetch that was sent before it may come after it. */
const prune = (pool: Pool) =>
  pool.query({
    name: 'prune-leases',
    text: `WITH done AS (
             SELECT l.consumer, l.instance FROM leases l
             WHERE l.ended IS NOT NULL AND (l.ended = 'lost' OR l.last_beat_at < clock_timestamp() - interval '1 hour')
               AND NOT EXISTS (SELECT 1 FROM lease_holds h JOIN credentials c USING (credential_id)
                               WHERE h.consumer = l.consumer AND h.instance = l.instance AND c.open_epoch IS NOT NULL)
             ORDER BY l.consumer, l.instance FOR UPDATE SKIP LOCKED)
           DELETE FROM leases l USING done WHERE l.consumer = done.consumer AND l.instance = done.instance`,
  });

/** The ends of leases in Postgres, beside the leases themselves. */
export const postgresLeaseEndings = (pool: Pool): LeaseEndings => ({
  goodbye: (of) => goodbye(pool, of),
  endLost: async (otherwiseMs) => void (await endLost(pool, otherwiseMs)),
  owed: () => owed(pool),
  recorded: async (ending) => void (await recorded(pool, ending)),
  prune: async () => void (await prune(pool)),
});
