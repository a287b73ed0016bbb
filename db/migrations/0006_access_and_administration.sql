CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "role" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"organization_id" uuid,
	"service_account_id" uuid,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"allowed_networks" jsonb NOT NULL,
	"limit_per_minute" integer,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"replaced_by" uuid,
	CONSTRAINT "api_key_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "api_key_replaced_by_unique" UNIQUE("replaced_by")
);
--> statement-breakpoint
CREATE TABLE "service_account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"name" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "bulk_error" (
	"operation_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"pointer" text NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "bulk_error_operation_id_row_pointer_pk" PRIMARY KEY("operation_id","row","pointer")
);
--> statement-breakpoint
CREATE TABLE "bulk_operation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"is_dry_run" boolean NOT NULL,
	"options" jsonb NOT NULL,
	"requested_by" uuid,
	"blob_key" text,
	"byte_offset" bigint DEFAULT 0 NOT NULL,
	"last_user_id" uuid,
	"rows_total" integer,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"rows_failed" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"invited_by" uuid,
	"token_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"accepted_by" uuid,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "invitation_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "organization_domain" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"domain" text NOT NULL,
	"challenge" text NOT NULL,
	"auto_join_role" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"verified_at" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone,
	"missing_since" timestamp (3) with time zone,
	CONSTRAINT "organization_domain_claim" UNIQUE("organization_id","domain")
);
--> statement-breakpoint
CREATE TABLE "organization_member" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"joined_by" text NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "organization_member_organization_id_user_id_pk" PRIMARY KEY("organization_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "organization_role" (
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "organization_role_organization_id_name_pk" PRIMARY KEY("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"requires_second_factor" boolean DEFAULT false NOT NULL,
	"allowed_methods" jsonb,
	"session_seconds" integer,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "organization_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "team_member" (
	"team_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "team_member_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "team" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "team_name" UNIQUE("organization_id","name")
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "banned_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "ban_reason" text;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "organization_id" uuid;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "impersonator_id" uuid;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "impersonation_reason" text;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_service_account_id_service_account_id_fk" FOREIGN KEY ("service_account_id") REFERENCES "public"."service_account"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_error" ADD CONSTRAINT "bulk_error_operation_id_bulk_operation_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."bulk_operation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_domain" ADD CONSTRAINT "organization_domain_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_member" ADD CONSTRAINT "organization_member_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_member" ADD CONSTRAINT "organization_member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_role" ADD CONSTRAINT "organization_role_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_team_id_team_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."team"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_member" ADD CONSTRAINT "team_member_member_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."organization_member"("organization_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team" ADD CONSTRAINT "team_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_key_user_id_index" ON "api_key" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_key_organization_id_index" ON "api_key" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "api_key_service_account_id_index" ON "api_key" USING btree ("service_account_id");--> statement-breakpoint
CREATE INDEX "api_key_created_by_index" ON "api_key" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "service_account_organization_id_index" ON "service_account" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "service_account_created_by_index" ON "service_account" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "bulk_operation_created_at_index" ON "bulk_operation" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "bulk_operation_requested_by_index" ON "bulk_operation" USING btree ("requested_by");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_open" ON "invitation" USING btree ("organization_id","email") WHERE accepted_at is null and revoked_at is null;--> statement-breakpoint
CREATE INDEX "invitation_email_index" ON "invitation" USING btree ("email");--> statement-breakpoint
CREATE INDEX "invitation_invited_by_index" ON "invitation" USING btree ("invited_by");--> statement-breakpoint
CREATE INDEX "invitation_accepted_by_index" ON "invitation" USING btree ("accepted_by");--> statement-breakpoint
CREATE INDEX "invitation_expires_at_index" ON "invitation" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_domain_verified" ON "organization_domain" USING btree ("domain") WHERE verified_at is not null;--> statement-breakpoint
CREATE INDEX "organization_domain_checked_at_index" ON "organization_domain" USING btree ("checked_at") WHERE verified_at is not null;--> statement-breakpoint
CREATE INDEX "organization_member_user_id_index" ON "organization_member" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_member_owner" ON "organization_member" USING btree ("organization_id") WHERE role = 'owner';--> statement-breakpoint
CREATE INDEX "team_member_organization_id_user_id_index" ON "team_member" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "audit_event_statistics_index" ON "audit_event" USING btree ("type","occurred_at") WHERE type in ('account.registered', 'login.succeeded', 'login.failed', 'second_factor.failed');--> statement-breakpoint
CREATE INDEX "user_search_index" ON "user" USING gin (email gin_trgm_ops,name gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "session_impersonator_id_index" ON "session" USING btree ("impersonator_id") WHERE impersonator_id is not null;--> statement-breakpoint
CREATE FUNCTION organization_access(person uuid, tenant uuid, acr text, amr jsonb, identity uuid, authenticated_at timestamptz, moment timestamptz) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
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
$$;--> statement-breakpoint
CREATE FUNCTION access_of(person uuid, tenant uuid, acr text, amr jsonb, identity uuid, authenticated_at timestamptz, moment timestamptz) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
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
$$;--> statement-breakpoint
CREATE FUNCTION tenant_id() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('postern.organization_id', true), '')::uuid
$$;--> statement-breakpoint
ALTER TABLE "organization" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "organization" USING (id = tenant_id());--> statement-breakpoint
ALTER TABLE "organization_member" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "organization_member" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "organization_role" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "organization_role" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "team" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "team" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "team_member" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "team_member" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "invitation" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "invitation" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "organization_domain" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "organization_domain" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "service_account" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "service_account" USING (organization_id = tenant_id());--> statement-breakpoint
ALTER TABLE "api_key" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "api_key" USING (organization_id = tenant_id());--> statement-breakpoint
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_tenant') THEN
    CREATE ROLE postern_tenant NOLOGIN NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;--> statement-breakpoint
DO $$ DECLARE before text := current_setting('role'); BEGIN
  PERFORM set_config('role', 'postern_tenant', true);
  PERFORM set_config('role', before, true);
EXCEPTION WHEN insufficient_privilege THEN
  EXECUTE format('GRANT postern_tenant TO %I', current_user);
END $$;--> statement-breakpoint
GRANT USAGE ON SCHEMA public, pgboss TO postern_tenant;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO postern_tenant;--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO postern_tenant;--> statement-breakpoint
GRANT SELECT, INSERT ON pgboss.job TO postern_tenant;
