-- What the list shows of a credential that was registered before it had details. Only two of these were in the log already.
UPDATE credentials c SET body = jsonb_build_object(
  'labels', '{}'::jsonb, 'tags', '[]'::jsonb, 'owner', null, 'expiresAt', null, 'origin', null,
  'registeredAt', coalesce((SELECT e.recorded_at FROM streams s JOIN events e ON e.position = s.position
                            WHERE s.stream = 'credential-' || c.credential_id AND s.version = 1), c.body->>'updatedAt'),
  'untested', (SELECT e.data::jsonb->>'untested' FROM streams s JOIN events e ON e.position = s.position
               WHERE s.stream = 'credential-' || c.credential_id AND e.type = 'credential.rotated'
                 AND e.data::jsonb->'to' = c.body->'current' ORDER BY s.version DESC LIMIT 1)
) || c.body;

-- Whatever one can search, filter or sort by is a real column. They are made from the body, so whoever writes a row need not know of them.
-- None is null, so that keyset paging needs no special case: what has no value gets a sign that sorts behind all values.
ALTER TABLE credentials
  ADD COLUMN is_default  boolean NOT NULL DEFAULT false,
  ADD COLUMN scope       text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(address, '.', 1)) STORED,
  ADD COLUMN service     text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(address, '.', 2)) STORED,
  ADD COLUMN name        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(address, '.', 3)) STORED,
  ADD COLUMN owner       text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'owner', U&'\FFFD')) STORED,
  ADD COLUMN changed_at  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'updatedAt', '~')) STORED,
  ADD COLUMN created_at  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'registeredAt', '~')) STORED,
  ADD COLUMN expires_at  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'expiresAt', '~')) STORED,
  ADD COLUMN rotated_at  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'lastRotatedAt', '~')) STORED,
  ADD COLUMN is_untested boolean NOT NULL GENERATED ALWAYS AS ((body->>'untested') IS NOT NULL) STORED,
  ADD COLUMN tags        jsonb NOT NULL GENERATED ALWAYS AS (coalesce(body->'tags', '[]'::jsonb)) STORED,
  ADD COLUMN search      text NOT NULL
    GENERATED ALWAYS AS (coalesce(body->>'search', lower(address || ' ' || coalesce(body->>'displayName', '')))) STORED;

-- Counts and pages come from the indexes alone as long as the table is vacuumed, so it is, sooner than usual.
ALTER TABLE credentials SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
                             autovacuum_analyze_scale_factor = 0.02);

DROP INDEX credentials_by_age, credentials_by_prefix;
CREATE UNIQUE INDEX credentials_default ON credentials (scope, service) WHERE is_default;
CREATE INDEX credentials_by_scope   ON credentials (scope, address);
CREATE INDEX credentials_by_service ON credentials (service, address);
CREATE INDEX credentials_by_name    ON credentials (name, address);
CREATE INDEX credentials_by_owner   ON credentials (owner, address);
CREATE INDEX credentials_by_change  ON credentials (changed_at, address);
CREATE INDEX credentials_by_start   ON credentials (created_at, address);
CREATE INDEX credentials_by_expiry  ON credentials (expires_at, address);
CREATE INDEX credentials_by_rotation ON credentials (rotated_at, address);
CREATE INDEX credentials_by_status  ON credentials (status, address);
CREATE INDEX credentials_by_proof   ON credentials (is_untested, address);
CREATE INDEX credentials_by_tag     ON credentials USING gin (tags jsonb_path_ops);

-- Trigrams find a part of a word among 100,000 at once. Without them a search reads the whole table, which is slower and no less right.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX credentials_by_words ON credentials USING gin (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'searching without trigrams: %', SQLERRM;
END $$;

-- Whom an older system knew by an id of its own. What was imported in the legacy scope belongs to the scope.
CREATE TABLE legacy_users (
  legacy_scope text NOT NULL PRIMARY KEY,
  legacy_id    text NOT NULL,
  scope        text NOT NULL
);
CREATE INDEX legacy_users_by_scope ON legacy_users (scope);
