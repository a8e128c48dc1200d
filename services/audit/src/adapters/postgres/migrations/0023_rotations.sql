-- Rotations are few among the events, and are listed from their requests.
CREATE INDEX entries_of_rotations ON entries (generation, position) WHERE type = 'rotation.requested';
