-- Who is due for a health test is asked every few seconds, and nearly always nobody is.
CREATE INDEX credential_upkeep_tested_at ON credential_upkeep (coalesce(body->>'testedAt', ''))
  WHERE coalesce((body->>'testable')::boolean, true);
