import type { TestLog } from './test-log.ts';

/** The migration that is taken back. */
export const PUT_BACK = '0031_words.sql';

/** Takes migration 0031 back: the database is what a vault of before has left. */
export const putBack = async ({ sql }: Pick<TestLog, 'sql'>): Promise<void> => {
  await sql('DROP TABLE credential_words');
  await sql('CREATE INDEX credentials_by_words ON credentials USING gin (search gin_trgm_ops)');
  await sql('DELETE FROM migrations WHERE name = $1', [PUT_BACK]);
};

/** Is the database as up to date as it was? */
export const isUpToDate = async ({ sql }: Pick<TestLog, 'sql'>): Promise<boolean> =>
  (await sql('SELECT 1 FROM migrations WHERE name = $1', [PUT_BACK])).length === 1;
