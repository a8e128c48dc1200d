-- The steps of a rotation change nothing that is indexed. With room left on the page such an update stays there and touches no index.
ALTER TABLE credentials SET (fillfactor = 70);
