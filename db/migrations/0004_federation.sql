CREATE TABLE "identity" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"sealed_tokens" text,
	"tokens_expire_at" timestamp (3) with time zone,
	"is_refreshable" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identity_subject" UNIQUE("provider","issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "oauth_flow" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"binding_hash" text NOT NULL,
	"provider" text NOT NULL,
	"redirect_to" text NOT NULL,
	"code_challenge" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provided_identity" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"code_challenge" text NOT NULL,
	"provider" text NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"is_email_proved" boolean NOT NULL,
	"name" text,
	"picture" text,
	"locale" text,
	"sealed_tokens" text,
	"tokens_expire_at" timestamp (3) with time zone,
	"is_refreshable" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token_revocation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"sealed_tokens" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "used_nonce" (
	"nonce_hash" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "log_in_challenge" ADD COLUMN "identity_id" uuid;--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "identity_id" uuid;--> statement-breakpoint
ALTER TABLE "identity" ADD CONSTRAINT "identity_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identity_user_id_index" ON "identity" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "identity_tokens_expire_at_index" ON "identity" USING btree ("tokens_expire_at") WHERE is_refreshable;--> statement-breakpoint
CREATE INDEX "oauth_flow_expires_at_index" ON "oauth_flow" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "provided_identity_expires_at_index" ON "provided_identity" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "used_nonce_expires_at_index" ON "used_nonce" USING btree ("expires_at");