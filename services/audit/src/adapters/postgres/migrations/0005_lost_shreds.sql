-- A restored vault asks once what the log that it lost had deleted.
CREATE INDEX entries_of_shreds ON entries (generation, position) WHERE type IN ('credential.shredded', 'credential.deleted');
CREATE INDEX checkpoint_of_losses ON checkpoint (generation) WHERE lost_from IS NOT NULL;
