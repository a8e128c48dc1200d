-- Entries belong to a generation: a rebuild fills the next one from the log's start, beside the one that is served.
ALTER TABLE entries ADD COLUMN generation integer NOT NULL DEFAULT 1;
ALTER TABLE entries ALTER COLUMN generation DROP DEFAULT;
ALTER TABLE entries DROP CONSTRAINT entries_pkey;
ALTER TABLE entries ADD PRIMARY KEY (generation, position);
ALTER TABLE entries DROP CONSTRAINT entries_event_id_key;
ALTER TABLE entries ADD UNIQUE (generation, event_id);
DROP INDEX entries_by_credential;
CREATE INDEX entries_by_credential ON entries (generation, credential_id, position);

-- How far each generation witnesses the log. One is served; at most one is being built.
ALTER TABLE checkpoint DROP CONSTRAINT checkpoint_pkey;
ALTER TABLE checkpoint DROP COLUMN singleton;
ALTER TABLE checkpoint ADD COLUMN generation integer PRIMARY KEY DEFAULT 1;
ALTER TABLE checkpoint ALTER COLUMN generation DROP DEFAULT;
ALTER TABLE checkpoint ADD COLUMN state text NOT NULL DEFAULT 'served' CHECK (state IN ('building', 'served', 'retired', 'refused'));
ALTER TABLE checkpoint ALTER COLUMN state DROP DEFAULT;
-- Of a rebuild: the digest of its entries and of those that it replaced, up to the same position, or why it was refused.
ALTER TABLE checkpoint ADD COLUMN digested_to bigint;
ALTER TABLE checkpoint ADD COLUMN digest text;
ALTER TABLE checkpoint ADD COLUMN replaced_digest text;
ALTER TABLE checkpoint ADD COLUMN refused_because text;
CREATE UNIQUE INDEX one_served ON checkpoint (state) WHERE state = 'served';
CREATE UNIQUE INDEX one_building ON checkpoint (state) WHERE state = 'building';

-- Serves a rebuilt generation if it is as far as the one that is served; false when it is not, and nothing has changed. Each statement
-- sees what was committed before it: the first waits for an append under way, and holds off the next one.
CREATE FUNCTION serve_generation(rebuilt integer, upto bigint, own_digest text, old_digest text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  reached bigint;
BEGIN
  SELECT position INTO STRICT reached FROM checkpoint WHERE state = 'served' FOR UPDATE;
  PERFORM FROM checkpoint WHERE generation = rebuilt AND state = 'building' AND position >= reached FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE checkpoint SET state = 'retired' WHERE state = 'served';
  UPDATE checkpoint SET state = 'served', digested_to = upto, digest = own_digest, replaced_digest = old_digest WHERE generation = rebuilt;
  RETURN true;
END $$;

-- What was found to be otherwise than witnessed. It is shown until a person, as this database's owner, fills in the last two columns.
CREATE TABLE convictions (
  sentence text PRIMARY KEY,
  position bigint,
  found_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  settled_because text
);
