-- Which bulk rotations there are, and which have members left: their streams can't be listed without a look at all streams.
CREATE TABLE bulk_rotations (
  bulk_id      text        NOT NULL PRIMARY KEY,
  requested_at timestamptz NOT NULL,
  is_open      boolean     NOT NULL
);

CREATE INDEX bulk_rotations_requested_at ON bulk_rotations (requested_at DESC, bulk_id DESC);
CREATE INDEX bulk_rotations_open ON bulk_rotations (requested_at) WHERE is_open;
