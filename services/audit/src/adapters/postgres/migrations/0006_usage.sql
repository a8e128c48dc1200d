-- How often a secret was given out is counted per credential and day: only what was revealed is looked through, and only its last days.
CREATE INDEX entries_of_reveals ON entries (generation, credential_id, at) WHERE type = 'secret.revealed';
