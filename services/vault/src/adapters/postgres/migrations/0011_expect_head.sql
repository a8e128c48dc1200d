-- For an append that was planned on what its process knows of the log: is that still so? Called right after the append lock was got, as a
-- statement of its own, so that it sees all that was committed under it. The moment is compared too: the process reckons the database's
-- clock, and a reckoning that is a second off (the machine slept, the clock was set) is refused.
CREATE FUNCTION expect_head(head bigint, head_hash text, moment timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE
  last record;
BEGIN
  SELECT position, hash INTO last FROM events ORDER BY position DESC LIMIT 1;
  IF last.position IS DISTINCT FROM head OR last.hash IS DISTINCT FROM head_hash THEN
    RAISE EXCEPTION 'the log has moved' USING ERRCODE = 'KT001';
  END IF;
  IF abs(extract(epoch FROM clock_timestamp() - moment)) > 1 THEN
    RAISE EXCEPTION 'the clock has moved' USING ERRCODE = 'KT001';
  END IF;
  RETURN clock_timestamp();
END $$;
