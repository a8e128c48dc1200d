import type { TestLog } from './test-log.ts';

/** The migration that is taken back. */
export const PUT_BACK = '0030_needs_as_columns.sql';

/** Takes migration 0030 back: the database is what a vault of before has left. */
export const putBack = async ({ sql }: Pick<TestLog, 'sql'>): Promise<void> => {
  await sql('ALTER TABLE credentials DROP COLUMN attention, DROP COLUMN refused, DROP COLUMN overdue_since');
  await sql('ALTER TABLE credential_upkeep DROP COLUMN look_at');
  for (const index of ['credentials_needing', 'credentials_refused', 'credentials_overdue'])
    await sql(`CREATE INDEX ${index} ON credentials (address)`);
  await sql('CREATE INDEX credential_upkeep_look_at ON credential_upkeep (credential_id)');
  await sql('DELETE FROM migrations WHERE name = $1', [PUT_BACK]);
};

/** Is the database as up to date as it was? */
export const isUpToDate = async ({ sql }: Pick<TestLog, 'sql'>): Promise<boolean> =>
  (await sql('SELECT 1 FROM migrations WHERE name = $1', [PUT_BACK])).length === 1;
