CREATE TABLE "secret_version" (
	"key_id" text PRIMARY KEY NOT NULL,
	"first_newest_at" timestamp (3) with time zone NOT NULL,
	"last_newest_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signing_key" ADD COLUMN "revoked_at" timestamp (3) with time zone;