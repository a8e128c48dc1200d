-- Which version of the projection worded an entry: an entry of another one is made anew, and never held against anybody for its wording.
ALTER TABLE entries ADD COLUMN projection integer NOT NULL DEFAULT 1;
ALTER TABLE entries ALTER COLUMN projection DROP DEFAULT;
