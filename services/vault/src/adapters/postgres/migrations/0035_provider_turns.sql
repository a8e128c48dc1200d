-- Whose turn it is to call a provider, over all workers (ADR-0038): one line for each key, a provider or one server of it; and one, which only
-- holds, for each account that its provider takes no calls from.
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

-- Nothing is held for longer than an hour: what says so was written before the clock was set back, and counts no more.
CREATE FUNCTION believed(held_until timestamptz, now_ timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN held_until > now_ + interval '61 minutes' THEN '-infinity' ELSE held_until END
$$;

-- Takes the next turn of a key (GCRA), unless it opens later than in within_ms, or the account of the call is held. The lock on the line is held to
-- the commit, so no two get one. Who is sent away and comes back is told a moment of its own; who doesn't come back leaves no trace.
CREATE FUNCTION take_turn(
  of_key text, of_account text, every_ms float8, ahead_ms float8, within_ms float8, comes_back boolean,
  OUT is_taken boolean, OUT in_ms float8, OUT held_ms float8
)
LANGUAGE plpgsql AS $$
DECLARE
  line    provider_turns := turn_line(of_key);
  now_    timestamptz    := clock_timestamp();
  every   interval       := every_ms * interval '1 millisecond';
  ahead   interval       := ahead_ms * interval '1 millisecond';
  within_ interval       := within_ms * interval '1 millisecond';
  account timestamptz    := (SELECT believed(held_until, now_) FROM provider_turns WHERE key = of_account);
  opens   timestamptz;
BEGIN
  line.held_until := believed(line.held_until, now_);
  -- Nobody takes a turn that opens later than in half a minute (or in within_ms), or than so long after a hold: where the line is longer, the clock
  -- was set back.
  IF line.next_at > greatest(now_, line.held_until) + greatest(within_, interval '30 seconds') + ahead + every THEN
    line := (of_key, greatest(now_, line.held_until + ahead), now_, line.held_until)::provider_turns;
  END IF;
  opens := greatest(now_, line.next_at - ahead, line.held_until);
  account := greatest(now_, account);
  held_ms := extract(epoch FROM greatest(account, line.held_until) - now_) * 1000;
  is_taken := account <= now_ AND opens <= now_ + within_;
  IF is_taken THEN
    line.next_at := greatest(line.next_at, now_) + every;
  ELSIF comes_back AND account <= now_ THEN
    line.again_at := least(greatest(line.again_at + every, opens), opens + interval '1 minute');
    opens := line.again_at;
  END IF;
  in_ms := extract(epoch FROM greatest(opens, account) - now_) * 1000;
  UPDATE provider_turns SET next_at = line.next_at, again_at = line.again_at, held_until = line.held_until WHERE key = of_key;
END $$;

CREATE FUNCTION hold_turns(of_key text, for_ms float8, ahead_ms float8) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  line  provider_turns := turn_line(of_key);
  now_  timestamptz    := clock_timestamp();
  until timestamptz    := greatest(believed(line.held_until, now_), now_ + for_ms * interval '1 millisecond');
BEGIN
  UPDATE provider_turns SET held_until = until, next_at = greatest(line.next_at, until + ahead_ms * interval '1 millisecond') WHERE key = of_key;
END $$;
