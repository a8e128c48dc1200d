-- One row per event, for ever. `at` and `recorded` are text, because the exact characters are what was hashed.
CREATE TABLE entries (
  position bigint PRIMARY KEY,
  event_id text NOT NULL UNIQUE,
  at text NOT NULL,
  type text NOT NULL,
  who text NOT NULL,
  credential_id uuid,
  address text,
  from_ip text,
  summary text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('done', 'refused', 'failed')),
  correlation_id text,
  epoch integer,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  recorded text NOT NULL
);
CREATE INDEX entries_by_credential ON entries (credential_id, position);

-- How far the log is witnessed: exactly one row.
CREATE TABLE checkpoint (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  position bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO checkpoint (position, hash) VALUES (0, repeat('0', 64));

-- Messages that could not be taken, for a person to look at.
CREATE TABLE parked (
  sequence bigint NOT NULL,
  reason text NOT NULL,
  subject text NOT NULL,
  payload text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sequence, reason)
);
