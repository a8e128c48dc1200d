-- What the log says of each KEK, written in the append's transaction: the active one is read under the append lock.
CREATE TABLE keks (
  kek_id text NOT NULL PRIMARY KEY,
  state  text NOT NULL CHECK (state IN ('added', 'active', 'retiring', 'retired'))
);
CREATE UNIQUE INDEX keks_one_active ON keks (state) WHERE state = 'active';

-- How many keys each KEK has wrapped, counted in blocks before they are used: a crash counts too many, never too few.
CREATE TABLE kek_wraps (
  kek_id text   NOT NULL PRIMARY KEY,
  wraps  bigint NOT NULL CHECK (wraps >= 0)
);
INSERT INTO kek_wraps (kek_id, wraps)
SELECT kek_id, count(*) * 2 + 1000 FROM (
  SELECT kek_id FROM wrapped_deks UNION ALL SELECT kek_id FROM vault_identity UNION ALL SELECT kek_id FROM sealing_keys) k GROUP BY kek_id;

-- The vault's processes and the KEKs that each holds; one counts until its time has passed without another word.
CREATE TABLE vault_replicas (
  replica      text        NOT NULL PRIMARY KEY,
  kek_ids      text[]      NOT NULL,
  seen_at      timestamptz NOT NULL,
  counts_until timestamptz NOT NULL
);

-- How many data keys a run has re-wrapped, counted in each batch's transaction.
CREATE TABLE rewraps (
  run_id   text NOT NULL PRIMARY KEY,
  rotated  int  NOT NULL DEFAULT 0,
  own_keys int  NOT NULL DEFAULT 0
);

-- A re-wrap changes every row of this table, and nothing else changes any. Without an index on the KEK, and with room in each page, such a
-- change stays in its page and touches no index (a fifth of the time and of the WAL, measured); staging a version has one index less to
-- keep. What hangs on a KEK is counted by a scan, seldom.
DROP INDEX wrapped_deks_by_kek;
ALTER TABLE wrapped_deks SET (fillfactor = 50);
CREATE INDEX sealing_keys_by_kek ON sealing_keys (kek_id);
