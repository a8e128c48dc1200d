-- A change of a credential wrote into all of the eighteen indexes of table `credentials`, its trigrams included, because one of them was about
-- the time of the change, and two looked into the body. When a row changed stands in the narrow table now, and what indexes look at are columns,
-- so Postgres sees which of them stayed as they were: where all did, it writes into no index at all.
LOCK TABLE credentials, credential_upkeep IN ACCESS EXCLUSIVE MODE;

ALTER TABLE credential_upkeep
  ADD COLUMN changed_at  text COLLATE "C" NOT NULL DEFAULT '~',
  ADD COLUMN listed_as   text NOT NULL DEFAULT '',
  ADD COLUMN tested_at   text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(body->>'testedAt', '')) STORED,
  ADD COLUMN is_testable boolean NOT NULL GENERATED ALWAYS AS (coalesce((body->>'testable')::boolean, true)) STORED;
UPDATE credential_upkeep u SET changed_at = c.changed_at, listed_as = c.address FROM credentials c WHERE c.credential_id = u.credential_id;
CREATE INDEX credential_upkeep_by_change ON credential_upkeep (changed_at, listed_as);
DROP INDEX credential_upkeep_tested_at;
CREATE INDEX credential_upkeep_by_test ON credential_upkeep (tested_at) WHERE is_testable;

-- Room for a row's next version on its page: without it every index would have to say where the row is now.
ALTER TABLE credentials SET (fillfactor = 70);
DROP INDEX credentials_with_errand, credentials_by_issuer;
ALTER TABLE credentials
  DROP COLUMN changed_at,
  ADD COLUMN errand text COLLATE "C" GENERATED ALWAYS AS (body->>'errand') STORED,
  ADD COLUMN issuer text COLLATE "C" GENERATED ALWAYS AS (body->>'issuer') STORED;
CREATE INDEX credentials_with_errand ON credentials (address) WHERE errand IS NOT NULL;
CREATE INDEX credentials_by_issuer   ON credentials (issuer) WHERE issuer IS NOT NULL;
