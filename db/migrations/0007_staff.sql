DROP INDEX "audit_event_statistics_index";--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "impersonator_session_id" uuid;--> statement-breakpoint
CREATE INDEX "role_assignment_role_user_id_index" ON "role_assignment" USING btree ("role","user_id");--> statement-breakpoint
CREATE INDEX "user_created_at_id_index" ON "user" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "user_banned_index" ON "user" USING btree ("created_at","id") WHERE banned_at is not null;--> statement-breakpoint
CREATE INDEX "user_closed_index" ON "user" USING btree ("created_at","id") WHERE closed_at is not null;--> statement-breakpoint
CREATE INDEX "user_unverified_index" ON "user" USING btree ("created_at","id") WHERE email_verified_at is null;--> statement-breakpoint
CREATE INDEX "audit_event_statistics_index" ON "audit_event" USING btree ("type","occurred_at","user_id") WHERE type in ('account.registered', 'account.created', 'login.succeeded', 'login.failed', 'second_factor.failed', 'session.refreshed');--> statement-breakpoint
-- Whether somebody may go on acting as another: in their own session, while the doors are open to them and a role allows it.
CREATE FUNCTION impersonation_stands(impersonator uuid, own_session uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM session own JOIN "user" staff ON staff.id = own.user_id
    WHERE own.id = own_session AND own.user_id = impersonator AND own.revoked_at IS NULL AND own.expires_at > moment
      AND staff.banned_at IS NULL AND staff.closed_at IS NULL
  ) AND EXISTS (
    SELECT 1 FROM role_assignment held LEFT JOIN role ON role.name = held.role
    WHERE held.user_id = impersonator AND (held.expires_at IS NULL OR held.expires_at > moment)
      AND (held.role = 'admin' OR role.permissions ? 'users:impersonate')
  )
$$;
