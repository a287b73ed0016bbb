CREATE TABLE "data_export" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"state" text NOT NULL,
	"parts_done" integer DEFAULT 0 NOT NULL,
	"parts_total" integer DEFAULT 0 NOT NULL,
	"blob_key" text,
	"token_hash" text,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "data_export_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "erasure" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"cancelled_at" timestamp (3) with time zone,
	"begun_at" timestamp (3) with time zone,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"receipt" text
);
--> statement-breakpoint
CREATE TABLE "blob" (
	"key" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"drop_after" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "preference" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "terms_acceptance" (
	"user_id" uuid NOT NULL,
	"document" text NOT NULL,
	"version" text NOT NULL,
	"accepted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "terms_acceptance_user_id_document_version_pk" PRIMARY KEY("user_id","document","version")
);
--> statement-breakpoint
DROP INDEX "audit_event_user_id_occurred_at_index";--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "personal_salt" text;--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "personal_digest" text;--> statement-breakpoint
ALTER TABLE "token_revocation" ADD COLUMN "user_id" uuid;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "attributes" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "attributes_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "visibility" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "closed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "data_export" ADD CONSTRAINT "data_export_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "preference" ADD CONSTRAINT "preference_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "terms_acceptance" ADD CONSTRAINT "terms_acceptance_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "data_export_user_id_index" ON "data_export" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "data_export_expires_at_index" ON "data_export" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "data_export_under_way" ON "data_export" USING btree ("user_id") WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "erasure_user_id_index" ON "erasure" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "erasure_due_at_index" ON "erasure" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "blob_user_id_index" ON "blob" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "blob_drop_after_index" ON "blob" USING btree ("drop_after");--> statement-breakpoint
CREATE INDEX "audit_event_user_id_id_index" ON "audit_event" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "audit_event_activity_index" ON "audit_event" USING btree ("user_id","id") WHERE type <> 'session.refreshed';--> statement-breakpoint
CREATE INDEX "audit_event_personal_index" ON "audit_event" USING btree ("occurred_at") WHERE coalesce(personal_salt, ip_address, user_agent, place) is not null;--> statement-breakpoint
CREATE INDEX "audit_event_other_actor_index" ON "audit_event" USING btree ("actor_id") WHERE actor_kind = 'user' and actor_id is distinct from user_id::text;--> statement-breakpoint
CREATE INDEX "user_attributes_version_index" ON "user" USING btree ("attributes_version") WHERE "user"."attributes" <> '{}';