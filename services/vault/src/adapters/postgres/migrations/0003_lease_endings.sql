-- A lease that ended and whose event is not in the log yet: written together with the end, gone once the event is recorded.
CREATE TABLE lease_endings (
  consumer   text        NOT NULL,
  instance   text        NOT NULL,
  started_at timestamptz NOT NULL,
  how        text        NOT NULL CHECK (how IN ('goodbye', 'lost')),
  PRIMARY KEY (consumer, instance, started_at)
);

-- Rows of before: when their leases are lost, and which of their versions must have a data key. From now on the log's own writes say it.
UPDATE credentials c SET body = c.body || jsonb_build_object(
  'lostAfterMs', coalesce((r.data::jsonb->'policy'->>'lostAfterMs')::bigint, 86400000),
  'live', (SELECT coalesce(jsonb_agg((v.data->>'version')::int ORDER BY (v.data->>'version')::int), '[]')
           FROM (SELECT e.type, e.data::jsonb AS data FROM streams s JOIN events e ON e.position = s.position
                 WHERE s.stream = 'credential-' || c.credential_id AND e.type = 'credential.version-staged') v
           WHERE NOT EXISTS (SELECT 1 FROM streams s JOIN events e ON e.position = s.position
                             WHERE s.stream = 'credential-' || c.credential_id
                               AND e.type IN ('credential.version-revoked', 'credential.version-discarded')
                               AND e.data::jsonb->>'version' = v.data->>'version')))
FROM streams s JOIN events r ON r.position = s.position
WHERE s.stream = 'credential-' || c.credential_id AND s.version = 1;
