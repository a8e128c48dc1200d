import type { DayOfUse } from '@keyturn/contracts/queries';
import type { Pool } from 'pg';
import type { UsageStore } from '../../ports/usage-store.ts';

// What is what is as `accessEntryOf` has it: a person gives a reason, a consumer resolves or fetches, and the worker's own use counts for nobody.
const DAYS = `
  SELECT credential_id AS "credentialId", left(at, 10) AS day,
         count(*) FILTER (WHERE reason IS NOT NULL)::int AS reveals,
         count(*) FILTER (WHERE reason IS NULL AND starts_with(purpose, 'resolve '))::int AS resolutions,
         count(*) FILTER (WHERE reason IS NULL AND NOT starts_with(purpose, 'resolve '))::int AS fetches
    FROM (SELECT credential_id, at, told(recorded, 'data', 'reason') AS reason, told(recorded, 'data', 'purpose') AS purpose,
                 told(recorded, 'data', 'recipient') AS recipient
            FROM entries
           WHERE generation = (SELECT generation FROM checkpoint WHERE state = 'served')
             AND type = 'secret.revealed' AND credential_id = ANY ($1::uuid[]) AND at >= $2) revealed
   WHERE reason IS NOT NULL OR recipient <> 'rotation-worker'
   GROUP BY 1, 2 ORDER BY 1, 2`;

export const postgresUsageStore = (pool: Pick<Pool, 'query'>): UsageStore => ({
  days: async ({ credentialIds, since }) => (await pool.query<DayOfUse>(DAYS, [credentialIds, since])).rows,
});
