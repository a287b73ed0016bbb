-- @outside-transaction
-- @optional
CREATE INDEX CONCURRENTLY "user_lower_name_index" ON "user" USING btree (lower("name"), "id");
