import { CredentialType, LLM_PROVIDERS, sharedProviderOf } from '@keyturn/contracts';
import type { Pool } from 'pg';
import type { DueTest, DueWanted, HealthTestTable } from '../../ports/health-test-table.ts';

const shared = (key: string, provider: string | null): ReadonlyArray<readonly [string, string]> =>
  provider === null ? [] : [[key, provider]];

/** Whose patience all of a type share, and of the type whose field says whose key it is, those of each. */
const SHARED = JSON.stringify(
  Object.fromEntries([
    ...CredentialType.options.flatMap((type) => shared(type, sharedProviderOf(type, {}))),
    ...Object.keys(LLM_PROVIDERS).flatMap((id) => shared(`user_api_key ${id}`, sharedProviderOf('user_api_key', { provider: id }))),
  ]),
);

/** The parameter is `SHARED`. */
const providerOf = (at: string): string =>
  `coalesce(${at}::jsonb->>c.credential_type, ${at}::jsonb->>(c.credential_type || ' ' || (c.body->'publicFields'->>'provider')), c.service)`;

const due = async (pool: Pool, { before, besides, full }: DueWanted, limit: number): Promise<DueTest[]> => {
  const { rows } = await pool.query<DueTest>({
    name: 'due-for-health-test',
    text: `SELECT u.credential_id AS "credentialId", ${providerOf('$5')} AS provider
           FROM credential_upkeep u JOIN credentials c USING (credential_id)
           WHERE u.tested_at < $1 AND u.is_testable AND NOT (u.credential_id = ANY ($2)) AND NOT (${providerOf('$5')} = ANY ($3))
             AND c.status = 'active' AND c.open_epoch IS NULL AND c.errand IS NULL AND c.body->>'current' IS NOT NULL
           ORDER BY u.tested_at LIMIT $4`,
    values: [before, besides, full, limit, SHARED],
  });
  return rows;
};

const open = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ provider: string }>({
    name: 'open-tests',
    text: `SELECT ${providerOf('$1')} AS provider FROM credentials c WHERE c.errand = 'test'`,
    values: [SHARED],
  });
  return rows.map(({ provider }) => provider);
};

/** `testedAt` and `testable` of table `credential_upkeep`; rows from before they were kept have neither, and count as never tested. */
export const postgresHealthTestTable = (pool: Pool): HealthTestTable => ({
  open: () => open(pool),
  due: (wanted, limit) => due(pool, wanted, limit),
});
