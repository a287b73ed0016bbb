import { expect, test } from 'bun:test'
import { findCreatedTable, listLocks } from '#platform/statement-locks'

test.each([
  ['ALTER TABLE "user" ADD COLUMN "a" text;', [['ACCESS EXCLUSIVE', 'user', 'everybody']]],
  ['-- why\nALTER TABLE "audit"."security" DROP COLUMN "a";', [['ACCESS EXCLUSIVE', 'audit.security', 'everybody']]],
  ['CREATE INDEX "i" ON "user" USING btree ("name");', [['SHARE', 'user', 'writers']]],
  ['CREATE UNIQUE INDEX CONCURRENTLY "i" ON "user" ("name");', [['SHARE UPDATE EXCLUSIVE', 'user', 'nobody']]],
  ['ALTER TABLE "user" VALIDATE CONSTRAINT "c";', [['SHARE UPDATE EXCLUSIVE', 'user', 'nobody']]],
  [
    'ALTER TABLE "t" ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "public"."user"("id") NOT VALID;',
    [
      ['SHARE ROW EXCLUSIVE', 't', 'writers'],
      ['SHARE ROW EXCLUSIVE', 'user', 'writers'],
    ],
  ],
  ['DROP INDEX "i";', [['ACCESS EXCLUSIVE', 'i', 'everybody']]],
  ['DROP TABLE "lockout";', [['ACCESS EXCLUSIVE', 'lockout', 'everybody']]],
  ['UPDATE "user" SET name = name;', [['ROW EXCLUSIVE', 'user', 'nobody']]],
  ['CREATE TABLE "t" ("id" uuid);', []],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ select 1 $$;', []],
] as const)('%s', (text, expected) => {
  expect(listLocks(text).map(({ mode, table, blocks }) => [mode, table, blocks])).toEqual(
    expected.map((each) => [...each]),
  )
})

test('a table that a statement makes is known by its name', () => {
  expect(findCreatedTable('CREATE TABLE "thing" (\n"id" uuid);')).toBe('thing')
  expect(findCreatedTable('CREATE INDEX "i" ON "thing" ("id");')).toBeUndefined()
})
