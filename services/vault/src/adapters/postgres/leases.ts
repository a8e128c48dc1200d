import type { Pool } from 'pg';
import { z } from 'zod';
import type { BeatHeard, BeatSaid, LeaseStore } from '../../ports/lease-store.ts';
import { groupCommit } from './group-commit.ts';
import { type LeasesOf, readLeases } from './read-leases.ts';
import { readTogether } from './read-together.ts';

/** A beat after the lease's end starts a new one; one that was sent before the goodbye comes too late. */
const recordBeats = (pool: Pool, beats: readonly BeatSaid[]) =>
  pool.query({
    name: 'record-beats',
    text: `INSERT INTO leases (consumer, instance, seq, last_beat_at, started_at)
           SELECT DISTINCT ON (consumer, instance) consumer, instance, seq, clock_timestamp(), clock_timestamp()
           FROM unnest($1::text[], $2::text[], $3::bigint[]) b (consumer, instance, seq) ORDER BY consumer, instance, seq DESC
           ON CONFLICT (consumer, instance) DO UPDATE SET
             seq = greatest(leases.seq, excluded.seq), last_beat_at = excluded.last_beat_at, silent_ms = 0, ended = NULL,
             started_at = CASE WHEN leases.ended IS NULL THEN leases.started_at ELSE excluded.started_at END
           WHERE leases.ended IS DISTINCT FROM 'goodbye' OR excluded.seq > leases.seq`,
    values: [beats.map((beat) => beat.consumer), beats.map((beat) => beat.instance), beats.map((beat) => beat.seq)],
  });

/** Forgets what an instance no longer names; what it fetched after it sent the beat stays. Locks in the order in which fetches do. */
const dropHolds = (pool: Pool, beats: readonly BeatSaid[]) => {
  const named = beats.map((beat) =>
    JSON.stringify(beat.holds.flatMap((hold) => hold.versions.map((version) => `${hold.credentialId}/${version}`))),
  );
  return pool.query({
    name: 'drop-holds',
    text: `WITH dropped AS (
             SELECT h.consumer, h.instance, h.credential_id, h.version
             FROM unnest($1::text[], $2::text[], $3::bigint[], $4::jsonb[]) b (consumer, instance, seq, named)
             JOIN lease_holds h USING (consumer, instance)
             WHERE h.fetched_seq < b.seq AND NOT b.named ? (h.credential_id || '/' || h.version)
             ORDER BY h.consumer, h.instance, h.credential_id, h.version FOR UPDATE OF h)
           DELETE FROM lease_holds h USING dropped d
           WHERE (h.consumer, h.instance, h.credential_id, h.version) = (d.consumer, d.instance, d.credential_id, d.version)`,
    values: [beats.map((beat) => beat.consumer), beats.map((beat) => beat.instance), beats.map((beat) => beat.seq), named],
  });
};

const HeardRow = z.object({
  instance: z.string(),
  credentialId: z.string(),
  address: z.string(),
  version: z.int().nullable(),
  generation: z.int(),
  /** Null, or missing in a row of before preflights. */
  preflight: z.object({ version: z.int(), waitingFor: z.array(z.string()) }).nullish(),
});

const keyOf = (instance: string, credentialId: string): string => `${instance} ${credentialId}`;

const heardOf = ({ credentialId, address, version, generation, preflight }: z.infer<typeof HeardRow>): BeatHeard => ({
  current: version === null ? [] : [{ credentialId, address, version, generation }],
  pending: preflight ? [{ credentialId, address, ...preflight }] : [],
  unknown: [],
});

/** What there is to tell of what the instances were given: naming an id is not enough to hear of it. */
const readHeard = async (pool: Pool, beats: readonly BeatSaid[]): Promise<Map<string, BeatHeard>> => {
  const { rows } = await pool.query({
    name: 'heard-of',
    text: `SELECT DISTINCT h.consumer || '/' || h.instance AS instance, c.credential_id AS "credentialId", c.address,
             (c.body->>'current')::int AS version, c.generation, u.body->'preflight' AS preflight
           FROM unnest($1::text[], $2::text[]) b (consumer, instance)
           JOIN lease_holds h USING (consumer, instance) JOIN credentials c USING (credential_id)
           JOIN credential_upkeep u USING (credential_id)`,
    values: [beats.map((beat) => beat.consumer), beats.map((beat) => beat.instance)],
  });
  const known = z.array(HeardRow).parse(rows);
  return new Map(known.map((row) => [keyOf(row.instance, row.credentialId), heardOf(row)]));
};

const writeBeats = async (pool: Pool, beats: readonly BeatSaid[]): Promise<readonly { answer: BeatHeard }[]> => {
  await recordBeats(pool, beats);
  await dropHolds(pool, beats);
  const known = await readHeard(pool, beats);
  return beats.map(({ consumer, instance, holds }) => {
    const heard = holds.map(
      ({ credentialId }) =>
        known.get(keyOf(`${consumer}/${instance}`, credentialId)) ?? { current: [], pending: [], unknown: [credentialId] },
    );
    return {
      answer: {
        current: heard.flatMap(({ current }) => current),
        pending: heard.flatMap(({ pending }) => pending),
        unknown: heard.flatMap(({ unknown }) => unknown),
      },
    };
  });
};

const leasesOf = async (pool: Pool, credentialId: string): Promise<LeasesOf> => {
  const found = (await readLeases(pool, [credentialId])).get(credentialId);
  if (!found) throw new Error('nobody said who holds it');
  return found;
};

type Given = Parameters<LeaseStore['nonce']>[0];

const nonceOf = async (pool: Pool, of: Given): Promise<string | null> => {
  const { rows } = await pool.query<{ nonce: string }>({
    name: 'nonce-of',
    text: `SELECT nonce FROM lease_holds WHERE consumer = $1 AND instance = $2 AND credential_id = $3 AND version = $4`,
    values: [of.consumer, of.instance, of.credentialId, of.version],
  });
  return rows[0]?.nonce ?? null;
};

const noncesOf = async (pool: Pool, all: readonly Given[]): Promise<(string | null)[]> => {
  const { rows } = await pool.query<{ at: number; nonce: string }>(
    `SELECT w.at::int AS at, h.nonce FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY
       w (consumer, instance, credential_id, version, at) JOIN lease_holds h USING (consumer, instance, credential_id, version)`,
    [all.map((of) => of.consumer), all.map((of) => of.instance), all.map((of) => of.credentialId), all.map((of) => of.version)],
  );
  const found = new Map(rows.map(({ at, nonce }) => [at, nonce]));
  return all.map((_of, index) => found.get(index + 1) ?? null);
};

/**
 * One replica at a time advances the shared tick, and never by more than two of them: time in which nobody listened is no silence. Locks in
 * the order of the key, as beats and fetches do, and passes by whom one of them is writing: that one is not silent.
 */
const tick = (pool: Pool, everyMs: number) =>
  pool.query({
    name: 'tick-silence',
    text: `WITH started AS (INSERT INTO listening (replica, since, until) VALUES ('any', clock_timestamp(), clock_timestamp())
                            ON CONFLICT (replica) DO UPDATE SET since = listening.until, until = excluded.until
                            WHERE listening.until <= excluded.until - $1 * interval '0.9 millisecond' RETURNING since, until),
                quiet AS (SELECT consumer, instance FROM leases
                          WHERE ended IS NULL AND last_beat_at < clock_timestamp() - $1 * interval '1 millisecond' AND EXISTS (SELECT FROM started)
                          ORDER BY consumer, instance FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE leases l SET silent_ms = silent_ms + least(extract(epoch FROM started.until - started.since) * 1000, 2 * $1)::bigint
           FROM started, quiet
           WHERE l.consumer = quiet.consumer AND l.instance = quiet.instance`,
    values: [everyMs],
  });

/** Leases in Postgres; beats that come in together are written together. */
export const postgresLeases = (pool: Pool): LeaseStore => {
  const beats = groupCommit<BeatSaid, BeatHeard>({
    size: 500,
    queued: 10_000,
    full: () => new Error('too many beats are waiting'),
    write: (said) => writeBeats(pool, said),
  });
  return {
    beat: (said) => beats.submit(said),
    of: (credentialId) => leasesOf(pool, credentialId),
    nonce: readTogether({ one: (of: Given) => nonceOf(pool, of), many: (all) => noncesOf(pool, all) }),
    tick: async (everyMs) => void (await tick(pool, everyMs)),
  };
};
