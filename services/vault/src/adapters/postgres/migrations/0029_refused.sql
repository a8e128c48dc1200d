-- The few whose provider refuses them, found without reading all the others.
CREATE INDEX credentials_refused ON credentials (address) WHERE (body->>'refused') IS NOT NULL;
-- How many of a type have a value of what age.
CREATE INDEX credentials_by_age_of_value
  ON credentials (scope, credential_type, (CASE rotated_at WHEN '~' THEN created_at ELSE rotated_at END));
