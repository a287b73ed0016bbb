CREATE TABLE "audit_horizon" (
	"id" integer PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"next_position" bigint NOT NULL,
	"transaction" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_retention" (
	"retention" text PRIMARY KEY NOT NULL,
	"months" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_seal" (
	"retention" text NOT NULL,
	"number" integer NOT NULL,
	"first_position" bigint NOT NULL,
	"last_position" bigint NOT NULL,
	"leaves" "bytea" NOT NULL,
	"statement" text NOT NULL,
	"sealed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_seal_retention_number_pk" PRIMARY KEY("retention","number")
);
--> statement-breakpoint
CREATE TABLE "audit_stream" (
	"destination" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "refusal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"method" text NOT NULL,
	"route" text NOT NULL,
	"status" integer NOT NULL,
	"problem" text NOT NULL,
	"facts" jsonb NOT NULL,
	"actor_kind" text NOT NULL,
	"user_id" uuid,
	"trace_id" text
);
--> statement-breakpoint
-- The record becomes a partitioned table: by how long its rows are kept, then by the month of their ids (UUIDv7). What is
-- there stays where it is, as the first partition.
CREATE SCHEMA "audit";--> statement-breakpoint
CREATE SEQUENCE "audit_position";--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "retention" text DEFAULT 'security' NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "position" bigint;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "credential" text;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "outcome" text DEFAULT 'done' NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "trace_id" text;--> statement-breakpoint
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_pkey";--> statement-breakpoint
ALTER TABLE "audit_event" RENAME TO "security_before";--> statement-breakpoint
ALTER TABLE "security_before" SET SCHEMA "audit";--> statement-breakpoint
DO $$ DECLARE index_name text; BEGIN
  FOR index_name IN SELECT indexname FROM pg_indexes WHERE schemaname = 'audit' AND tablename = 'security_before' LOOP
    EXECUTE format('ALTER INDEX audit.%I RENAME TO %I', index_name, replace(index_name, 'audit_event', 'security_before'));
  END LOOP;
END $$;--> statement-breakpoint
CREATE TABLE "audit_event" (LIKE "audit"."security_before" INCLUDING DEFAULTS) PARTITION BY LIST ("retention");--> statement-breakpoint
-- Whoever takes a position has a transaction id by then: what is older than a transaction is complete once all before it ended.
ALTER TABLE "audit_event" ALTER COLUMN "position" SET DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('audit_position') END;--> statement-breakpoint
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_id_retention_pk" PRIMARY KEY("id","retention");--> statement-breakpoint
CREATE INDEX "audit_event_position_index" ON "audit_event" USING btree ("position");--> statement-breakpoint
CREATE INDEX "audit_event_request_id_index" ON "audit_event" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "audit_event_type_id_index" ON "audit_event" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "audit_event_user_id_id_index" ON "audit_event" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "audit_event_activity_index" ON "audit_event" USING btree ("user_id","id") WHERE type <> 'session.refreshed';--> statement-breakpoint
CREATE INDEX "audit_event_personal_index" ON "audit_event" USING btree ("occurred_at") WHERE coalesce(personal_salt, ip_address, user_agent, place) is not null;--> statement-breakpoint
CREATE INDEX "audit_event_other_actor_index" ON "audit_event" USING btree ("actor_id","id") WHERE actor_kind in ('user', 'machine') and actor_id is distinct from user_id::text;--> statement-breakpoint
CREATE INDEX "audit_event_statistics_index" ON "audit_event" USING btree ("type","occurred_at","user_id") WHERE type in ('account.registered', 'account.created', 'login.succeeded', 'login.failed', 'second_factor.failed', 'session.refreshed');--> statement-breakpoint
CREATE TABLE "audit"."security" PARTITION OF "audit_event" FOR VALUES IN ('security') PARTITION BY RANGE ("id");--> statement-breakpoint
CREATE TABLE "audit"."activity" PARTITION OF "audit_event" FOR VALUES IN ('activity') PARTITION BY RANGE ("id");--> statement-breakpoint
CREATE TABLE "audit"."security_other" PARTITION OF "audit"."security" DEFAULT;--> statement-breakpoint
CREATE TABLE "audit"."activity_other" PARTITION OF "audit"."activity" DEFAULT;--> statement-breakpoint
INSERT INTO "audit_retention" VALUES ('security', 84), ('activity', 13);--> statement-breakpoint
INSERT INTO "audit_horizon" VALUES (1, 0, 0, '0');--> statement-breakpoint
-- The first id of a moment, as UUIDv7 has it.
CREATE FUNCTION audit.first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;--> statement-breakpoint
-- Makes the partition of a month, if it can be made: where rows of that month are elsewhere already, the others go there too.
CREATE FUNCTION audit.make_partition(retention text, month timestamptz) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := format('%s_%s', retention, to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'));
  ends timestamptz := (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF retention NOT IN ('security', 'activity') OR to_regclass('audit.' || name) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE audit.%I (LIKE audit.%I INCLUDING DEFAULTS)', name, retention);
  EXECUTE format('ALTER TABLE audit.%I ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)',
    retention, name, audit.first_id(month), audit.first_id(ends));
  RETURN true;
EXCEPTION WHEN check_violation OR duplicate_table OR invalid_object_definition THEN RETURN false;
END $$;--> statement-breakpoint
-- Makes the partitions of a month and of those after it, for every retention, and says how many.
CREATE FUNCTION audit.make_partitions(since timestamptz, ahead integer) RETURNS integer LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer FROM public.audit_retention kept, generate_series(0, ahead) step
  WHERE audit.make_partition(kept.retention,
    (date_trunc('month', since AT TIME ZONE 'UTC') + step * interval '1 month') AT TIME ZONE 'UTC')
$$;--> statement-breakpoint
DO $$ DECLARE
  newest uuid := (SELECT id FROM audit.security_before ORDER BY id DESC LIMIT 1);
  newest_at timestamptz := to_timestamp((('x' || lpad(left(replace(newest::text, '-', ''), 12), 16, '0'))::bit(64)::bigint) / 1000.0);
  ends timestamptz := (date_trunc('month', greatest(now(), newest_at) AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  EXECUTE format('ALTER TABLE audit.security ATTACH PARTITION audit.security_before FOR VALUES FROM (MINVALUE) TO (%L)', audit.first_id(ends));
  PERFORM audit.make_partitions(now(), 3);
END $$;--> statement-breakpoint
-- The month from which on records are kept; null where no table says so, and then nothing goes.
CREATE FUNCTION audit.kept_since(kind text) RETURNS timestamptz LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => kept.months)) AT TIME ZONE 'UTC'
  FROM public.audit_retention kept WHERE kept.retention = kind
$$;--> statement-breakpoint
-- Drops the months before a moment, and says how many partitions; what is younger than the table says stays, whatever is asked.
CREATE FUNCTION audit.drop_expired(kind text, before timestamptz) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ends uuid := audit.first_id(least(before, audit.kept_since(kind)));
  month regclass;
  count integer := 0;
BEGIN
  IF (before > audit.kept_since(kind)) IS NOT FALSE THEN
    RAISE EXCEPTION 'Records of % are kept for longer.', kind USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR month IN
    SELECT part.oid FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
    WHERE inhparent = to_regclass('audit.' || quote_ident(kind))
      AND substring(pg_get_expr(part.relpartbound, part.oid) FROM $re$TO \('([0-9a-f-]{36})'\)$re$)::uuid <= ends
  LOOP
    EXECUTE format('DROP TABLE %s', month);
    count := count + 1;
  END LOOP;
  -- Those that share a partition with younger ones.
  EXECUTE format('DELETE FROM audit.%I WHERE id < %L', kind, ends);
  RETURN count;
END $$;--> statement-breakpoint
-- The second wall around the record: the first is a role that may not (docs/audit.md).
CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_SCHEMA = 'audit' THEN
    IF num_nonnulls(NEW.ip_address, NEW.user_agent, NEW.place, NEW.personal_salt) = 0
      AND to_jsonb(NEW) - ARRAY['ip_address', 'user_agent', 'place', 'personal_salt']
        = to_jsonb(OLD) - ARRAY['ip_address', 'user_agent', 'place', 'personal_salt']
    THEN RETURN NEW; END IF;
  END IF;
  IF TG_OP = 'DELETE' AND TG_TABLE_SCHEMA = 'audit' THEN
    IF OLD.id < audit.first_id(audit.kept_since(OLD.retention)) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'The audit record is append-only.' USING ERRCODE = 'insufficient_privilege';
END $$;--> statement-breakpoint
CREATE TRIGGER "append_only" BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();--> statement-breakpoint
CREATE TRIGGER "append_only_whole" BEFORE TRUNCATE ON "audit_event" FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();--> statement-breakpoint
CREATE TRIGGER "append_only" BEFORE UPDATE OR DELETE ON "audit_seal" FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();--> statement-breakpoint
CREATE TRIGGER "append_only_whole" BEFORE TRUNCATE ON "audit_seal" FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();--> statement-breakpoint
CREATE INDEX "audit_seal_retention_last_position_index" ON "audit_seal" USING btree ("retention","last_position");--> statement-breakpoint
CREATE INDEX "refusal_request_id_index" ON "refusal" USING btree ("request_id");--> statement-breakpoint
CREATE INDEX "refusal_occurred_at_index" ON "refusal" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "refusal_user_id_index" ON "refusal" USING btree ("user_id");--> statement-breakpoint
-- The first wall: a role for Postern itself, which writes the record and can't change it (docs/audit.md).
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_app') THEN
    CREATE ROLE postern_app NOLOGIN NOBYPASSRLS;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;--> statement-breakpoint
DO $$ DECLARE guarded text; BEGIN
  GRANT USAGE ON SEQUENCE audit_position TO postern_tenant;
  REVOKE UPDATE, DELETE ON audit_event, audit_seal, audit_retention, audit_horizon, audit_stream FROM postern_tenant;
  REVOKE INSERT ON audit_seal, audit_retention, audit_horizon, audit_stream FROM postern_tenant;
  REVOKE EXECUTE ON FUNCTION audit.make_partition, audit.make_partitions, audit.drop_expired FROM PUBLIC;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_app') THEN RETURN; END IF;
  GRANT USAGE ON SCHEMA public, pgboss, audit, drizzle TO postern_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, pgboss TO postern_app;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, pgboss TO postern_app;
  GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO postern_app;
  GRANT EXECUTE ON FUNCTION audit.make_partitions, audit.drop_expired TO postern_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public, pgboss GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO postern_app;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public, pgboss GRANT USAGE, SELECT ON SEQUENCES TO postern_app;
  REVOKE UPDATE, DELETE ON audit_event, audit_seal FROM postern_app;
  REVOKE INSERT, UPDATE, DELETE ON audit_retention FROM postern_app;
  REVOKE INSERT, DELETE ON audit_horizon FROM postern_app;
  GRANT UPDATE (ip_address, user_agent, place, personal_salt) ON audit_event TO postern_app;
  BEGIN
    IF NOT pg_has_role('postern_app', 'postern_tenant', 'MEMBER') THEN GRANT postern_tenant TO postern_app; END IF;
  EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
  END;
  -- The owner of the tables passes their policies by; this role passes them by a policy.
  FOREACH guarded IN ARRAY ARRAY['organization', 'organization_member', 'organization_role', 'organization_domain', 'team', 'team_member', 'invitation', 'service_account', 'api_key'] LOOP
    EXECUTE format('CREATE POLICY app ON %I TO postern_app USING (true)', guarded);
  END LOOP;
END $$;
