-- @outside-transaction
-- @batches
WITH batch AS (
  SELECT id FROM "user"
  WHERE id > coalesce($1::text, '00000000-0000-0000-0000-000000000000')::uuid AND nickname IS NULL
  ORDER BY id LIMIT 500 FOR NO KEY UPDATE
), filled AS (
  UPDATE "user" SET nickname = 'n' || left(md5("user".id::text), 8) FROM batch WHERE "user".id = batch.id
)
SELECT id::text FROM batch ORDER BY id DESC LIMIT 1;--> statement-breakpoint
ALTER TABLE "user" VALIDATE CONSTRAINT "user_nickname_check";
