-- The log. Texts are the exact canonical JSON that was hashed: jsonb and timestamptz would not keep it.
CREATE TABLE events (
  position    bigint NOT NULL PRIMARY KEY,
  stream      text   NOT NULL,
  version     int    NOT NULL,
  type        text   NOT NULL,
  data        text   NOT NULL,
  meta        text   NOT NULL,
  recorded_at text   NOT NULL,
  sealed      bytea,
  sealed_hash text,
  prev_hash   text   NOT NULL,
  hash        text   NOT NULL,
  -- A cross-check: under the append lock transaction ids rise with positions.
  xid         xid8   NOT NULL DEFAULT pg_current_xact_id(),
  CHECK ((sealed IS NULL) = (sealed_hash IS NULL))
) PARTITION BY RANGE (position);

-- A partitioned table can't hold this uniqueness (its key lacks the position), so it lives here; a stream's head is its last row.
CREATE TABLE streams (
  stream   text   NOT NULL,
  version  int    NOT NULL CHECK (version > 0),
  position bigint NOT NULL,
  PRIMARY KEY (stream, version)
);

CREATE TABLE commands (
  command_id  text        NOT NULL PRIMARY KEY,
  fingerprint text        NOT NULL,
  verdict     text        NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX commands_by_age ON commands USING brin (recorded_at);

-- Rises when the log is restored from a backup.
CREATE TABLE incarnation (
  singleton   boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (singleton),
  incarnation int     NOT NULL CHECK (incarnation > 0)
);
INSERT INTO incarnation (incarnation) VALUES (1);

-- Partitions of a million positions. The service may call this, and nothing else that creates a table: so a vault that runs for years
-- needs no migration to go on. ATTACH takes a weaker lock on `events` than PARTITION OF would.
CREATE FUNCTION ensure_partitions(ahead int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  width   CONSTANT bigint := 1000000;
  wanted  bigint;
  next    bigint;
  name    text;
  created int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('keyturn partitions', 0));
  SELECT coalesce(max(position), 0) / width + least(greatest(ahead, 1), 100) INTO wanted FROM events;
  SELECT count(*) INTO next FROM pg_inherits WHERE inhparent = 'events'::regclass;
  WHILE next <= wanted LOOP
    name := 'events_' || lpad(next::text, 6, '0');
    EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING ALL)', name);
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, next * width, (next + 1) * width);
    next := next + 1;
    created := created + 1;
  END LOOP;
  RETURN created;
END $$;
REVOKE ALL ON FUNCTION ensure_partitions FROM PUBLIC;
