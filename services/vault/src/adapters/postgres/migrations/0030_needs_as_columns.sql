-- What indexes look at are columns (0021): an index on an expression over the body is written at every change of a credential.
LOCK TABLE credentials, credential_upkeep IN ACCESS EXCLUSIVE MODE;
DROP INDEX credentials_needing, credentials_refused, credentials_overdue, credential_upkeep_look_at;
ALTER TABLE credentials
  ADD COLUMN attention text COLLATE "C" GENERATED ALWAYS AS (body->>'attention') STORED,
  ADD COLUMN refused   text COLLATE "C" GENERATED ALWAYS AS (body->>'refused') STORED,
  ADD COLUMN overdue_since text COLLATE "C" GENERATED ALWAYS AS (body->>'overdueSince') STORED;
ALTER TABLE credential_upkeep ADD COLUMN look_at text COLLATE "C" GENERATED ALWAYS AS (body->>'lookAt') STORED;
CREATE INDEX credentials_needing ON credentials (address) WHERE attention IS NOT NULL;
CREATE INDEX credentials_refused ON credentials (address) WHERE refused IS NOT NULL;
CREATE INDEX credentials_overdue ON credentials (address) WHERE overdue_since IS NOT NULL;
CREATE INDEX credential_upkeep_look_at ON credential_upkeep (look_at, credential_id) WHERE look_at IS NOT NULL;
