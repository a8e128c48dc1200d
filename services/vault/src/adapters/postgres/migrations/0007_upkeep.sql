-- What the vault itself looks up across credentials, apart from what lists show: most steps of a rotation change only this, and then neither
-- a generated column nor an index of the wide table has to be written.
-- Nobody writes in between, so nothing is lost on the way.
LOCK TABLE credentials IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE credential_upkeep (
  credential_id text  NOT NULL PRIMARY KEY REFERENCES credentials ON DELETE CASCADE,
  body          jsonb NOT NULL
) WITH (fillfactor = 50);
INSERT INTO credential_upkeep
SELECT credential_id, jsonb_build_object('ledger', body->'ledger', 'preflight', body->'preflight', 'openTrace', body->'openTrace',
                                         'lostAfterMs', body->'lostAfterMs', 'live', body->'live')
FROM credentials;
UPDATE credentials SET body = body - '{ledger,preflight,openTrace,lostAfterMs,live}'::text[];
