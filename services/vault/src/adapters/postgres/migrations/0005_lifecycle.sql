-- What the worker is to do outside rotations, and which credentials an issuer manages: looked up, never scanned for.
CREATE INDEX credentials_with_errand ON credentials (address) WHERE body->>'errand' IS NOT NULL;
CREATE INDEX credentials_by_issuer   ON credentials ((body->>'issuer')) WHERE body->>'issuer' IS NOT NULL;

-- Rows that were written before they named their issuer.
UPDATE credentials c SET body = c.body || jsonb_build_object('issuer', e.data::jsonb->'issuer')
  FROM events e WHERE e.type = 'credential.registered' AND e.stream = 'credential-' || c.credential_id AND NOT c.body ? 'issuer';
