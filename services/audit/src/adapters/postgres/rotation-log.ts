import type { Pool } from 'pg';
import type { RotationCount, RotationLog, RotationQuery, WitnessedRotation } from '../../ports/rotation-log.ts';

type Row = {
  readonly position: string;
  readonly credentialId: string;
  readonly address: string;
  readonly epoch: number;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly committedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly endedAt: string | null;
  readonly status: WitnessedRotation['status'];
  readonly failure: string | null;
};

const SERVED = `(SELECT generation FROM checkpoint WHERE state = 'served')`;
/** What follows a request: events of its credential and its epoch, looked up behind it. */
const following = (type: string): string => `
  SELECT e.position, e.at, e.type, e.summary, told(e.recorded, 'data', 'generation') AS made FROM entries e
   WHERE e.generation = r.generation AND e.credential_id = r.credential_id AND e.position > r.position AND e.epoch = r.epoch AND ${type}`;

/** Where the requests stand of rotations with some status: of few among many, they are not looked for among all. */
const REQUESTS: Readonly<Record<WitnessedRotation['status'], string>> = {
  completed: 'entries r',
  open: 'open_rotations o JOIN entries r USING (generation, position)',
  failed: `entries f CROSS JOIN LATERAL (
    SELECT q.* FROM entries q
     WHERE q.generation = f.generation AND q.credential_id = f.credential_id AND q.position < f.position AND q.epoch = f.epoch
       AND q.type = 'rotation.requested' ORDER BY q.position DESC LIMIT 1) r`,
};
const OF_FAILURES = `f.generation = ${SERVED} AND f.type = 'rotation.failed' AND`;

const rotationsSql = (status: WitnessedRotation['status'] | undefined): string => `
  SELECT r.position, r.credential_id AS "credentialId", r.address, r.epoch, r.who AS "requestedBy", r.at AS "requestedAt",
         committed.at AS "committedAt", ended.at AS "endedAt",
         CASE ended.type WHEN 'rotation.completed' THEN 'completed' WHEN 'rotation.failed' THEN 'failed' ELSE 'open' END AS status,
         CASE ended.type WHEN 'rotation.failed' THEN ended.summary END AS failure,
         (SELECT max(a.at) FROM entries a
           WHERE a.generation = r.generation AND a.credential_id = r.credential_id AND a.type = 'credential.version-acknowledged'
             AND a.position > committed.position AND (ended.position IS NULL OR a.position < ended.position)
             AND told(a.recorded, 'data', 'generation') = committed.made) AS "acknowledgedAt"
    FROM ${REQUESTS[status ?? 'completed']}
    LEFT JOIN LATERAL (${following(`e.type IN ('rotation.completed', 'rotation.failed')`)} ORDER BY e.position LIMIT 1) ended ON true
    LEFT JOIN LATERAL (${following(`e.type = 'credential.rotated' AND (ended.position IS NULL OR e.position < ended.position)`)}
                       ORDER BY e.position LIMIT 1) committed ON true
   WHERE ${status === 'failed' ? OF_FAILURES : ''} r.generation = ${SERVED} AND r.type = 'rotation.requested'
     AND ($2::uuid IS NULL OR r.credential_id = $2) AND ($3::bigint IS NULL OR r.position < $3)
     AND ($4::text IS NULL OR $4 = CASE ended.type WHEN 'rotation.completed' THEN 'completed' WHEN 'rotation.failed' THEN 'failed' ELSE 'open' END)
   ORDER BY r.position DESC LIMIT $1`;

const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);

const rotationOf = ({ position, acknowledgedAt, ...row }: Row): WitnessedRotation => ({
  ...row,
  position: Number(position),
  durationMs: between(row.requestedAt, row.endedAt),
  convergenceMs: between(row.committedAt, acknowledgedAt),
});

const COUNT = `
  SELECT count(*) FILTER (WHERE type = 'rotation.requested')::int AS requested,
         count(*) FILTER (WHERE type = 'rotation.completed')::int AS completed,
         count(*) FILTER (WHERE type = 'rotation.failed')::int AS failed
    FROM entries WHERE generation = ${SERVED} AND at COLLATE "C" >= $1
     AND type IN ('rotation.requested', 'rotation.completed', 'rotation.failed')`;

export const postgresRotationLog = (pool: Pick<Pool, 'query'>): RotationLog => ({
  rotations: async ({ credentialId, status, before, limit }: RotationQuery) => {
    const { rows } = await pool.query<Row>(rotationsSql(status), [limit, credentialId ?? null, before ?? null, status ?? null]);
    return rows.map(rotationOf);
  },
  count: async (since) => (await pool.query<RotationCount>(COUNT, [since])).rows[0] ?? { requested: 0, completed: 0, failed: 0 },
});
