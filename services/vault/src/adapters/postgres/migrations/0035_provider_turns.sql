-- Whose turn it is to call a provider, over all workers (ADR-0038): one line for each key, a provider or one server of it.
CREATE TABLE provider_turns (
  key        text        NOT NULL PRIMARY KEY,
  -- when the turn after the last one that was taken comes
  next_at    timestamptz NOT NULL,
  -- when whoever was sent away last comes again
  again_at   timestamptz NOT NULL,
  -- until when the provider takes no calls, by its own word
  held_until timestamptz NOT NULL
);

CREATE FUNCTION turn_line(of_key text) RETURNS provider_turns
LANGUAGE plpgsql AS $$
DECLARE
  line provider_turns;
BEGIN
  SELECT * INTO line FROM provider_turns WHERE key = of_key FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO provider_turns VALUES (of_key, '-infinity', '-infinity', '-infinity') ON CONFLICT DO NOTHING;
    SELECT * INTO line FROM provider_turns WHERE key = of_key FOR UPDATE;
  END IF;
  RETURN line;
END $$;

-- Takes the next turn of a key (GCRA), unless it opens later than in within_ms. The lock on the line is held to the commit, so no two get one.
CREATE FUNCTION take_turn(
  of_key text, every_ms float8, ahead_ms float8, within_ms float8,
  OUT is_taken boolean, OUT in_ms float8, OUT held_ms float8
)
LANGUAGE plpgsql AS $$
DECLARE
  line  provider_turns := turn_line(of_key);
  now_  timestamptz    := clock_timestamp();
  every interval       := every_ms * interval '1 millisecond';
  ahead interval       := ahead_ms * interval '1 millisecond';
  -- Later than this no turn is taken, and no line held: the clock was set back.
  last  timestamptz    := now_ + interval '2 hours' + ahead + every;
  opens timestamptz;
BEGIN
  IF line.next_at > last THEN
    line := (of_key, now_, now_, now_)::provider_turns;
    UPDATE provider_turns SET held_until = now_ WHERE key = of_key;
  END IF;
  opens := greatest(now_, line.next_at - ahead);
  held_ms := greatest(0, extract(epoch FROM greatest(now_, line.held_until) - now_) * 1000);
  is_taken := opens <= now_ + within_ms * interval '1 millisecond';
  IF is_taken THEN
    in_ms := extract(epoch FROM opens - now_) * 1000;
    UPDATE provider_turns SET next_at = greatest(line.next_at, now_) + every WHERE key = of_key;
  ELSE
    line.again_at := CASE WHEN line.again_at > last THEN opens ELSE greatest(line.again_at + every, opens) END;
    in_ms := extract(epoch FROM line.again_at - now_) * 1000;
    UPDATE provider_turns SET again_at = line.again_at WHERE key = of_key;
  END IF;
END $$;

CREATE FUNCTION hold_turns(of_key text, for_ms float8, ahead_ms float8) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  line  provider_turns := turn_line(of_key);
  until timestamptz    := greatest(line.held_until, clock_timestamp() + for_ms * interval '1 millisecond');
BEGIN
  UPDATE provider_turns SET held_until = until, next_at = greatest(line.next_at, until + ahead_ms * interval '1 millisecond') WHERE key = of_key;
END $$;
