CREATE TABLE "idempotent_answer" (
	"user_id" uuid NOT NULL,
	"key_hash" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"sealed_body" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotent_answer_user_id_key_hash_pk" PRIMARY KEY("user_id","key_hash")
);
--> statement-breakpoint
CREATE TABLE "lockout" (
	"subject" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "idempotent_answer" ADD CONSTRAINT "idempotent_answer_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotent_answer_created_at_index" ON "idempotent_answer" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "lockout_since_index" ON "lockout" USING btree ("since");--> statement-breakpoint
-- Forgets the failures of a subject, also those that the calling statement counted before it knew that it succeeds. A
-- function, because each statement in one sees what the caller has done so far; inside one statement nothing could
-- change a row twice.
CREATE FUNCTION forget_failures(failing text) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM lockout WHERE lockout.subject = failing
$$;
