-- The rotations under way are few, however many went before them. They are kept by the table itself: whichever version of audit writes it.
CREATE TABLE open_rotations (
  generation    integer NOT NULL,
  credential_id uuid    NOT NULL,
  epoch         integer NOT NULL,
  position      bigint  NOT NULL,
  PRIMARY KEY (generation, credential_id, epoch)
);

CREATE FUNCTION keep_open_rotations() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.type = 'rotation.requested' THEN
    INSERT INTO open_rotations VALUES (NEW.generation, NEW.credential_id, NEW.epoch, NEW.position)
    ON CONFLICT (generation, credential_id, epoch) DO UPDATE SET position = excluded.position;
  ELSE
    DELETE FROM open_rotations o
     WHERE o.generation = NEW.generation AND o.credential_id = NEW.credential_id AND o.epoch = NEW.epoch;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER keep_open_rotations AFTER INSERT ON entries FOR EACH ROW
  WHEN (NEW.type IN ('rotation.requested', 'rotation.completed', 'rotation.failed') AND NEW.credential_id IS NOT NULL AND NEW.epoch IS NOT NULL)
  EXECUTE FUNCTION keep_open_rotations();

-- No entry can come between the trigger and this: the trigger's lock is held until both are there.
INSERT INTO open_rotations
SELECT r.generation, r.credential_id, r.epoch, r.position
  FROM entries r
 WHERE r.type = 'rotation.requested' AND r.credential_id IS NOT NULL AND r.epoch IS NOT NULL
   AND NOT EXISTS (SELECT FROM entries e
                    WHERE e.generation = r.generation AND e.credential_id = r.credential_id AND e.epoch = r.epoch AND e.position > r.position
                      AND e.type IN ('rotation.completed', 'rotation.failed'))
ORDER BY r.position DESC
ON CONFLICT DO NOTHING;

-- Those that failed are found from their failures, not by looking through all that went well.
CREATE INDEX entries_of_failures ON entries (generation, position) WHERE type = 'rotation.failed';
-- What follows a request, however much else happened to its credential.
CREATE INDEX entries_of_runs ON entries (generation, credential_id, epoch, position)
  WHERE type IN ('rotation.requested', 'rotation.completed', 'rotation.failed', 'credential.rotated');
