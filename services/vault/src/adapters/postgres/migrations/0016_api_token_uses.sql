-- When an API token was last used, which is also in the log, on the streams of the instances that got an identity with it.
CREATE TABLE api_token_uses (
  token_id     text        NOT NULL PRIMARY KEY,
  last_used_at timestamptz NOT NULL
);

INSERT INTO api_token_uses (token_id, last_used_at)
SELECT data::jsonb->>'tokenId', max(recorded_at::timestamptz) FROM events
WHERE type = 'subscriber.credentials-issued' AND data::jsonb ? 'tokenId' GROUP BY 1;
