-- Who has to be looked at by the clock is asked now and again. What was written before is looked at once, which writes its time.
LOCK TABLE credentials, credential_upkeep IN ACCESS EXCLUSIVE MODE;
UPDATE credential_upkeep u SET body = u.body || '{"lookAt": "1970-01-01T00:00:00.000Z"}'
FROM credentials c WHERE c.credential_id = u.credential_id AND c.body->>'expiresAt' IS NOT NULL;

CREATE INDEX credential_upkeep_look_at ON credential_upkeep ((body->>'lookAt'), credential_id) WHERE body->>'lookAt' IS NOT NULL;
CREATE INDEX credentials_overdue ON credentials (address) WHERE body->>'overdueSince' IS NOT NULL;
