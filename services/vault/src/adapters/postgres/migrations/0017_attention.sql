-- Whom rotations wait for is asked by every overview, and nearly none waits for anybody.
CREATE INDEX credentials_needing ON credentials (address) WHERE ((body->>'attention') IS NOT NULL);
