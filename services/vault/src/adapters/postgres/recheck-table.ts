import { FailedRecheck } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { RecheckCounts, RecheckTable, ToRecheck } from '../../ports/recheck-table.ts';

// `settledIn` (in table credential_upkeep): the incarnation in which the current version was committed, or had its result.

const Counts = z.object({ remaining: z.int(), unreachable: z.int(), tested: z.int(), failed: z.int(), noTest: z.int() });

const HAS_NONE = `c.body->>'current' IS NOT NULL AND coalesce((u.body->>'settledIn')::int, 0) < $1`;
const OUTCOME = (outcome: string): string =>
  `count(*) FILTER (WHERE c.body->'recheck'->>'outcome' = '${outcome}' AND (u.body->>'recheckedIn')::int = $1)::int`;

const counts = async (pool: Pool, incarnation: number): Promise<RecheckCounts> => {
  const { rows } = await pool.query({
    name: 'recheck-counts',
    text: `SELECT count(*) FILTER (WHERE ${HAS_NONE})::int AS remaining, ${OUTCOME('unreachable')} AS unreachable, ${OUTCOME('tested')} AS tested,
             ${OUTCOME('failed')} AS failed, ${OUTCOME('no-test')} AS "noTest"
           FROM credentials c JOIN credential_upkeep u USING (credential_id)`,
    values: [incarnation],
  });
  return z.tuple([Counts]).parse(rows)[0];
};

const next = async (pool: Pool, incarnation: number, which: Parameters<RecheckTable['next']>[1], limit: number): Promise<ToRecheck[]> => {
  const { rows } = await pool.query<ToRecheck>({
    name: 'recheck-next',
    text: `SELECT credential_id AS "credentialId", (c.body->>'current')::int AS version
           FROM credentials c JOIN credential_upkeep u USING (credential_id)
           WHERE ${HAS_NONE} AND u.is_testable = $2
           ORDER BY (c.body->'recheck'->>'outcome') IS NOT NULL, credential_id LIMIT $3`,
    values: [incarnation, which === 'testable', limit],
  });
  return rows;
};

const withOutcome = async (pool: Pool, incarnation: number, outcome: string, limit: number): Promise<FailedRecheck[]> => {
  const { rows } = await pool.query({
    name: 'recheck-outcome',
    text: `SELECT credential_id AS "credentialId", c.address, (c.body->'recheck'->>'version')::int AS version,
             c.body->'recheck'->>'sentence' AS sentence
           FROM credentials c JOIN credential_upkeep u USING (credential_id)
           WHERE c.body->'recheck'->>'outcome' = $2 AND (u.body->>'recheckedIn')::int = $1 ORDER BY c.address LIMIT $3`,
    values: [incarnation, outcome, limit],
  });
  return z.array(FailedRecheck).parse(rows);
};

export const postgresRecheckTable = (pool: Pool): RecheckTable => ({
  counts: (incarnation) => counts(pool, incarnation),
  next: (incarnation, which, limit) => next(pool, incarnation, which, limit),
  withOutcome: (incarnation, outcome, limit) => withOutcome(pool, incarnation, outcome, limit),
});
