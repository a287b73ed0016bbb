-- The functions that log-ins, refreshes and the ends of sessions call, with the bodies that they had, in PL/pgSQL: it keeps the plan of a
-- body as long as the connection lives, while before PostgreSQL 18 one in SQL is planned again in each statement that calls it, which
-- took longer than all else in that statement. Each statement in one of them still sees what was committed by then.
CREATE OR REPLACE FUNCTION forget_failures(failing text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  DELETE FROM lockout WHERE lockout.subject = failing;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION end_sessions(owner uuid, keep uuid, at timestamptz, because text)
RETURNS TABLE (id uuid, user_id uuid) LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
  DELETE FROM log_in_challenge WHERE log_in_challenge.user_id = owner;
  DELETE FROM trusted_device WHERE trusted_device.user_id = owner AND because <> 'others_revoked';
  RETURN QUERY
  UPDATE session SET revoked_at = at, revoked_because = because
  WHERE session.id IN (
    SELECT live.id FROM session live
    WHERE live.user_id = owner AND live.revoked_at IS NULL AND live.id IS DISTINCT FROM keep
    ORDER BY live.id FOR UPDATE
  )
  RETURNING session.id, session.user_id;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_passkeys(owner uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT count(*) FROM passkey WHERE passkey.user_id = owner);
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_apps(owner uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT count(*) FROM totp_authenticator totp WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
  );
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION lacks_second_factor(owner uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN NOT EXISTS (
    SELECT 1 FROM totp_authenticator totp WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
  ) AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = owner);
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION holds_role(owner uuid, roles jsonb, at timestamptz) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM role_assignment held
    WHERE held.user_id = owner AND (held.expires_at IS NULL OR held.expires_at > at)
      AND held.role IN (SELECT jsonb_array_elements_text(roles))
  );
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION organization_access(person uuid, tenant uuid, acr text, amr jsonb, identity uuid, authenticated_at timestamptz, moment timestamptz) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object(
      'id', o.id, 'slug', o.slug, 'role', m.role,
      'permissions', coalesce((
        SELECT r.permissions FROM organization_role r WHERE r.organization_id = o.id AND r.name = m.role
      ), '[]'::jsonb),
      'unmet', CASE
        WHEN o.requires_second_factor AND acr = 'aal1' THEN 'second_factor'
        WHEN o.allowed_methods IS NOT NULL AND NOT o.allowed_methods ? (CASE
          WHEN identity IS NOT NULL THEN 'federation'
          WHEN amr ? 'pwd' THEN 'password'
          WHEN amr ?| array['hwk', 'swk'] THEN 'passkey'
          ELSE 'email' END) THEN 'method'
        WHEN authenticated_at + make_interval(secs => o.session_seconds) <= moment THEN 'age' END
    )
    FROM organization_member m JOIN organization o ON o.id = m.organization_id
    WHERE m.organization_id = tenant AND m.user_id = person
  );
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION access_of(person uuid, tenant uuid, acr text, amr jsonb, identity uuid, authenticated_at timestamptz, moment timestamptz) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  -- Most people hold no role.
  IF tenant IS NULL AND NOT EXISTS (SELECT 1 FROM role_assignment held WHERE held.user_id = person) THEN
    RETURN '{"roles": [], "permissions": [], "organization": null}'::jsonb;
  END IF;
  RETURN (
    SELECT jsonb_build_object(
      'roles', coalesce(jsonb_agg(held.role ORDER BY held.role), '[]'::jsonb),
      'permissions', coalesce((
        SELECT jsonb_agg(DISTINCT allowed ORDER BY allowed)
        FROM role_assignment custom JOIN role ON role.name = custom.role, jsonb_array_elements_text(role.permissions) allowed
        WHERE custom.user_id = person AND (custom.expires_at IS NULL OR custom.expires_at > moment)
      ), '[]'::jsonb),
      'organization', CASE WHEN tenant IS NOT NULL THEN
        organization_access(person, tenant, acr, amr, identity, authenticated_at, moment) END
    )
    FROM role_assignment held
    WHERE held.user_id = person AND (held.expires_at IS NULL OR held.expires_at > moment)
  );
END $$;
