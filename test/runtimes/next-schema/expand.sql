ALTER TABLE "user" ADD COLUMN "nickname" text;--> statement-breakpoint
CREATE TABLE "nickname_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "nickname_change" ADD CONSTRAINT "nickname_change_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "nickname_change_user_id_index" ON "nickname_change" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "user" ADD CONSTRAINT "user_nickname_check" CHECK (nickname <> '') NOT VALID;
