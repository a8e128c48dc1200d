-- What a search looks through, in rows so narrow that thousands of hits lie on few pages: a common word's were on as many pages of the wide
-- table, each of which had to be read to see whether the word is really there.
LOCK TABLE credentials IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE credential_words (
  credential_id text NOT NULL PRIMARY KEY REFERENCES credentials ON DELETE CASCADE,
  address       text NOT NULL UNIQUE,
  scope         text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(address, '.', 1)) STORED,
  service       text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(address, '.', 2)) STORED,
  words         text NOT NULL
);
INSERT INTO credential_words (credential_id, address, words) SELECT credential_id, address, search FROM credentials;
ALTER TABLE credential_words SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
                                  autovacuum_analyze_scale_factor = 0.02);

DROP INDEX IF EXISTS credentials_by_words;
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX credential_words_by_part ON credential_words USING gin (words gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'searching without trigrams: %', SQLERRM;
END $$;
