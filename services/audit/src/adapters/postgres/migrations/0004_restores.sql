-- A log that was restored from a backup goes on elsewhere than the one that was witnessed. What it has lost stays in the generation that was
-- served until then, from this position on.
ALTER TABLE checkpoint ADD COLUMN lost_from bigint;
CREATE INDEX entries_of_restores ON entries (generation, position) WHERE type = 'log.restored';
CREATE VIEW lost_entries AS
  SELECT e.* FROM entries e JOIN checkpoint c ON c.generation = e.generation AND e.position >= c.lost_from;

-- Serves a rebuilt generation that tells of such a restore: its log.restored follows on an event that was witnessed, and stands where another
-- one was. False when it doesn't, and nothing has changed.
CREATE FUNCTION serve_restored(rebuilt integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  restored bigint;
BEGIN
  PERFORM FROM checkpoint WHERE state = 'served' FOR UPDATE;
  PERFORM FROM checkpoint WHERE generation = rebuilt AND state = 'building' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT min(own.position) INTO restored
    FROM checkpoint served
    JOIN entries own ON own.generation = rebuilt AND own.type = 'log.restored'
    JOIN entries before ON before.generation = served.generation AND before.position = own.position - 1 AND before.hash = own.prev_hash
    JOIN entries lost ON lost.generation = served.generation AND lost.position = own.position AND lost.hash <> own.hash
   WHERE served.state = 'served';
  IF restored IS NULL THEN
    RETURN false;
  END IF;
  UPDATE checkpoint SET state = 'retired', lost_from = restored WHERE state = 'served';
  UPDATE checkpoint SET state = 'served' WHERE generation = rebuilt;
  RETURN true;
END $$;
