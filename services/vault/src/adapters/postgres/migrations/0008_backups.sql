-- How far a backup is that was started over the API: said by whoever writes it, each second, and in no event.
CREATE TABLE backup_progress (
  backup_id text   NOT NULL PRIMARY KEY,
  bytes     bigint NOT NULL,
  lines     bigint NOT NULL
);
