-- Ends the live sessions of a person, all but one if `keep` is not null, in one order, so that two at once never deadlock.
-- A function, because each statement in one sees what was committed by then: a log-in that held the lock on the password
-- which this statement waited for has its session ended too. Inside one statement it would be invisible.
CREATE FUNCTION end_sessions(owner uuid, keep uuid, at timestamptz, because text)
RETURNS TABLE (id uuid, user_id uuid) LANGUAGE sql VOLATILE AS $$
  UPDATE session SET revoked_at = at, revoked_because = because
  WHERE session.id IN (
    SELECT live.id FROM session live
    WHERE live.user_id = owner AND live.revoked_at IS NULL AND live.id IS DISTINCT FROM keep
    ORDER BY live.id FOR UPDATE
  )
  RETURNING session.id, session.user_id
$$;
