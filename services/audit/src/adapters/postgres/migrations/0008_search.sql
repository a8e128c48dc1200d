-- What entries are found by. It is made from the event as it came, so no one has to write it, and no rebuild is needed for what is there.

-- A text in an event. NUL, which JSON allows and Postgres can't keep, becomes the sign for what can't be shown.
CREATE FUNCTION told(recorded text, VARIADIC path text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT replace(recorded, '\u0000', '\ufffd')::json #>> path
$$;

-- The consumer that an event is about: named in it, speaking itself, given a secret, or refused one.
CREATE FUNCTION consumer_told(recorded text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(
    told(recorded, 'data', 'consumer'),
    CASE WHEN told(recorded, 'meta', 'actor', 'kind') = 'consumer' THEN split_part(told(recorded, 'meta', 'actor', 'id'), '/', 1) END,
    CASE WHEN starts_with(told(recorded, 'data', 'purpose'), 'resolve ') THEN told(recorded, 'data', 'recipient') END,
    substring(told(recorded, 'data', 'recipient') FROM '^consumer ([a-z0-9-]{1,63}), asked by'))
$$;

ALTER TABLE entries
  ADD COLUMN actor_id   text GENERATED ALWAYS AS (
    CASE WHEN told(recorded, 'meta', 'actor', 'kind') IN ('person', 'program') THEN told(recorded, 'meta', 'actor', 'id') END) STORED,
  ADD COLUMN actor_name text GENERATED ALWAYS AS (
    CASE WHEN told(recorded, 'meta', 'actor', 'kind') IN ('person', 'program') THEN told(recorded, 'meta', 'actor', 'name') END) STORED,
  ADD COLUMN consumer   text GENERATED ALWAYS AS (consumer_told(recorded)) STORED,
  ADD COLUMN search     text NOT NULL GENERATED ALWAYS AS (
    lower(type || ' ' || who || ' ' || coalesce(address, '') || ' ' || coalesce(from_ip, '') || ' ' || coalesce(correlation_id, '') || ' ' || summary)
  ) STORED;

CREATE INDEX entries_by_actor      ON entries (generation, actor_id, position) WHERE actor_id IS NOT NULL;
CREATE INDEX entries_by_actor_name ON entries (generation, actor_name, position) WHERE actor_name IS NOT NULL;
CREATE INDEX entries_by_consumer   ON entries (generation, consumer, position) WHERE consumer IS NOT NULL;
CREATE INDEX entries_by_time       ON entries (generation, at COLLATE "C", position);
CREATE INDEX entries_of_access     ON entries (generation, position)
  WHERE type IN ('secret.revealed', 'secret.compared', 'secret.verified', 'access.refused', 'environment.used');

-- Trigrams find a part of a word among millions. Without them a search reads back through the entries, which is slower and no less right.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX entries_by_words ON entries USING gin (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'searching without trigrams: %', SQLERRM;
END $$;
