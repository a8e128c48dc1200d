-- The list can be sorted by the version and the generation too. As texts of one width, like every column that a list is sorted by. Both change
-- only with a commit, which moves `rotated_at` as well.
ALTER TABLE credentials
  ADD COLUMN version_key    text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lpad(coalesce(body->>'current', '0'), 10, '0')) STORED,
  ADD COLUMN generation_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lpad(coalesce(body->>'generation', '0'), 10, '0')) STORED;
CREATE INDEX credentials_by_version    ON credentials (version_key, address);
CREATE INDEX credentials_by_generation ON credentials (generation_key, address);
