-- Rotations that waited for a person before the list said so: their rows got it only with their next change that the list shows, which may be
-- the very thing that is waited for. Then there were no approvals and no escalations yet: a value that a person brings, one that a person
-- removes, and what is held. Rows that were written since have it, and stay as they are, also those that are written while this runs: the vaults
-- that still run go on meanwhile.
WITH facts AS (
  SELECT c.credential_id, c.open_epoch AS epoch, s.version AS nth, e.type, e.data::jsonb AS data, e.recorded_at
  FROM credentials c JOIN streams s ON s.stream = 'credential-' || c.credential_id JOIN events e ON e.position = s.position
  WHERE c.open_epoch IS NOT NULL AND NOT c.body ? 'attention' AND e.type IN (
    'rotation.requested', 'credential.version-staged', 'credential.version-discarded', 'credential.discard-started',
    'credential.revocation-started', 'rotation.deletion-reported', 'credential.logins-denied', 'rotation.held', 'credential.rolled-back')
), begun AS (
  SELECT credential_id, max(nth) AS nth FROM facts WHERE type = 'rotation.requested' GROUP BY credential_id
), told AS (
  SELECT f.credential_id, f.epoch,
    bool_or(f.type = 'rotation.requested' AND f.data->>'strategy' = 'assisted') AS is_assisted,
    max(f.recorded_at) FILTER (WHERE f.type = 'rotation.requested') AS requested_at,
    max(f.nth) FILTER (WHERE f.type = 'credential.version-staged' AND (f.data->>'epoch')::int = f.epoch) AS staged,
    max(f.nth) FILTER (WHERE (f.data->>'epoch')::int = f.epoch AND (f.type = 'credential.version-discarded'
                             OR f.type = 'credential.discard-started' AND f.data->>'replaceable' = 'true')) AS gone,
    max(f.recorded_at) FILTER (WHERE f.type = 'credential.revocation-started') AS revoking_at,
    bool_or(f.type IN ('rotation.deletion-reported', 'credential.logins-denied')) AS is_denied,
    max(f.nth) FILTER (WHERE f.type = 'rotation.held') AS held,
    max(f.recorded_at) FILTER (WHERE f.type = 'rotation.held') AS held_at,
    max(f.nth) FILTER (WHERE f.type = 'credential.rolled-back') AS rolled_back
  FROM facts f JOIN begun b ON b.credential_id = f.credential_id AND f.nth >= b.nth
  GROUP BY f.credential_id, f.epoch
), needed AS (
  SELECT credential_id, epoch, CASE
    WHEN is_assisted AND (staged IS NULL OR gone > staged) THEN ARRAY['value', requested_at]
    WHEN is_assisted AND revoking_at IS NOT NULL AND NOT is_denied THEN ARRAY['deletion', revoking_at]
    WHEN held > coalesce(rolled_back, 0) AND NOT is_denied THEN ARRAY['held', held_at]
  END AS need
  FROM told
)
UPDATE credentials c
SET body = c.body || jsonb_build_object('attention', jsonb_build_object('epoch', n.epoch, 'needs', n.need[1], 'since', n.need[2]))
FROM needed n WHERE n.credential_id = c.credential_id AND n.need IS NOT NULL AND c.open_epoch = n.epoch AND NOT c.body ? 'attention';
