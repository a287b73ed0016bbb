CREATE TABLE "role_assignment" (
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "role_assignment_user_id_role_pk" PRIMARY KEY("user_id","role")
);
--> statement-breakpoint
CREATE TABLE "passkey_challenge" (
	"challenge_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"bound_to" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"name" text NOT NULL,
	"aaguid" text NOT NULL,
	"transports" jsonb NOT NULL,
	"is_backup_eligible" boolean NOT NULL,
	"is_backed_up" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "passkey_credential_id_unique" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "recovery_code" (
	"user_id" uuid NOT NULL,
	"code_hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "recovery_code_user_id_code_hash_pk" PRIMARY KEY("user_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "second_factor_demand" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "totp_authenticator" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"last_step" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "log_in_challenge" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"amr" jsonb NOT NULL,
	"transport" text NOT NULL,
	"subject" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trusted_device" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "recovery_codes_left" integer;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "second_factor_id" uuid;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "waived_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "role_assignment" ADD CONSTRAINT "role_assignment_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey_challenge" ADD CONSTRAINT "passkey_challenge_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "second_factor_demand" ADD CONSTRAINT "second_factor_demand_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "totp_authenticator" ADD CONSTRAINT "totp_authenticator_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "log_in_challenge" ADD CONSTRAINT "log_in_challenge_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trusted_device" ADD CONSTRAINT "trusted_device_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "passkey_challenge_user_id_index" ON "passkey_challenge" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkey_challenge_expires_at_index" ON "passkey_challenge" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "passkey_user_id_index" ON "passkey" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "totp_authenticator_user_id_index" ON "totp_authenticator" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "totp_authenticator_created_at_index" ON "totp_authenticator" USING btree ("created_at") WHERE confirmed_at is null;--> statement-breakpoint
CREATE INDEX "log_in_challenge_user_id_index" ON "log_in_challenge" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "log_in_challenge_expires_at_index" ON "log_in_challenge" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "trusted_device_user_id_id_index" ON "trusted_device" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "trusted_device_expires_at_index" ON "trusted_device" USING btree ("expires_at");--> statement-breakpoint
-- The same as before, and whatever else of an account is halfway in goes with its sessions: log-ins that wait for their
-- second factor, and, when a credential changed, the devices that need none.
CREATE OR REPLACE FUNCTION end_sessions(owner uuid, keep uuid, at timestamptz, because text)
RETURNS TABLE (id uuid, user_id uuid) LANGUAGE sql VOLATILE AS $$
  DELETE FROM log_in_challenge WHERE log_in_challenge.user_id = owner;
  DELETE FROM trusted_device WHERE trusted_device.user_id = owner AND because <> 'others_revoked';
  UPDATE session SET revoked_at = at, revoked_because = because
  WHERE session.id IN (
    SELECT live.id FROM session live
    WHERE live.user_id = owner AND live.revoked_at IS NULL AND live.id IS DISTINCT FROM keep
    ORDER BY live.id FOR UPDATE
  )
  RETURNING session.id, session.user_id
$$;--> statement-breakpoint
-- Whether a person has a second factor that counts.
CREATE FUNCTION has_second_factor(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM totp_authenticator totp WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
  ) OR EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = owner)
$$;--> statement-breakpoint
-- Settles an account after one of its second factors is gone: sessions that it raised are lowered and, if it was the last,
-- all others too, no device is trusted and no recovery code is left. A function, because it has to see what the calling
-- statement has done.
CREATE FUNCTION settle_second_factors(owner uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
  UPDATE session SET acr = 'aal1', second_factor_id = NULL, amr = COALESCE((
    SELECT jsonb_agg(method) FROM jsonb_array_elements_text(session.amr) method
    WHERE method NOT IN ('mfa', 'hwk', 'swk', 'user') AND (method <> 'otp' OR session.amr ->> 0 = 'otp')
  ), '[]'::jsonb)
  WHERE session.user_id = owner AND session.revoked_at IS NULL AND session.acr <> 'aal1'
    AND NOT EXISTS (
      SELECT 1 FROM totp_authenticator totp
      WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
        AND totp.id = COALESCE(session.second_factor_id, totp.id)
    )
    AND NOT EXISTS (
      SELECT 1 FROM passkey WHERE passkey.user_id = owner AND passkey.id = COALESCE(session.second_factor_id, passkey.id)
    );
  DELETE FROM trusted_device WHERE trusted_device.user_id = owner AND NOT has_second_factor(owner);
  DELETE FROM recovery_code WHERE recovery_code.user_id = owner AND NOT has_second_factor(owner);
  UPDATE "user" SET recovery_codes_left = NULL
  WHERE "user".id = owner AND recovery_codes_left IS NOT NULL AND NOT has_second_factor(owner)
$$;--> statement-breakpoint
-- Replaces the recovery codes of an account. A function, because of two at once the second has to see what the first did.
CREATE FUNCTION replace_recovery_codes(owner uuid, hashes jsonb, at timestamptz) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM recovery_code WHERE recovery_code.user_id = owner;
  INSERT INTO recovery_code (user_id, code_hash, created_at)
  SELECT owner, made.hash, at FROM jsonb_array_elements_text(hashes) made(hash)
$$;--> statement-breakpoint
-- How many passkeys an account has. Volatile, so that who waited for the account's lock sees what was
-- committed meanwhile.
CREATE FUNCTION count_passkeys(owner uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT count(*) FROM passkey WHERE passkey.user_id = owner
$$;--> statement-breakpoint
-- Whether a person has no second factor. Volatile for the same reason, and written out, since Postgres would put a shorter
-- body into the calling statement, which sees what was there when it began.
CREATE FUNCTION lacks_second_factor(owner uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM totp_authenticator totp WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
  ) AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = owner)
$$;--> statement-breakpoint
CREATE FUNCTION count_apps(owner uuid) RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT count(*) FROM totp_authenticator totp WHERE totp.user_id = owner AND totp.confirmed_at IS NOT NULL
$$;--> statement-breakpoint
-- Whether a person holds one of some roles. Volatile for the same reason: a role that is granted while a log-in is under
-- way counts in it.
CREATE FUNCTION holds_role(owner uuid, roles jsonb, at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (
    SELECT 1 FROM role_assignment held
    WHERE held.user_id = owner AND (held.expires_at IS NULL OR held.expires_at > at)
      AND held.role IN (SELECT jsonb_array_elements_text(roles))
  )
$$;
