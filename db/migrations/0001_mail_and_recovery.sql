CREATE TABLE "code_attempt" (
	"address_hash" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bounced_address" (
	"email" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"bounced_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"recipient" text NOT NULL,
	"template" text NOT NULL,
	"locale" text NOT NULL,
	"state" text NOT NULL,
	"sealed_values" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"provider_id" text,
	"failure" text,
	"queued_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "email_token" ADD COLUMN "code_hash" text;--> statement-breakpoint
ALTER TABLE "email_token" ADD COLUMN "session_id" uuid;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "banned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "device" text;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "code_attempt_since_index" ON "code_attempt" USING btree ("since");--> statement-breakpoint
CREATE INDEX "message_recipient_id_index" ON "message" USING btree ("recipient","id");--> statement-breakpoint
CREATE INDEX "message_user_id_index" ON "message" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "message_queued_at_index" ON "message" USING btree ("queued_at");--> statement-breakpoint
CREATE INDEX "message_waiting_index" ON "message" USING btree ("id") WHERE state = 'queued';--> statement-breakpoint
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
