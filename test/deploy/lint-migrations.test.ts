import { expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder, repository } from '../support/folders'
import { newestMigration, writeMigrations } from '../support/migrations-folder'
import { expansion } from '../support/next-schema'

/** What the linter says of one more migration; nothing, if it has nothing against it. */
const lint = async (sql: string): Promise<string> => {
  const folder = join(makeTemporaryFolder(), 'migrations')
  mkdirSync(folder)
  const name = writeMigrations(folder, [{ name: 'tried', sql }]).at(-1) ?? ''
  const child = Bun.spawn([process.execPath, 'deploy/lint-migrations.ts', folder], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaints = (await new Response(child.stderr).text()).split('\n').filter((line) => line.includes(name))
  expect(await child.exited).toBe(1)
  return complaints.join('\n')
}

test.each([
  ['a column that must be given', 'ALTER TABLE "user" ADD COLUMN "a" text NOT NULL;', 'adding-required-field'],
  ['an index on a table that is there', 'CREATE INDEX "i" ON "user" ("name");', 'require-concurrent-index-creation'],
  ['one that is dropped at once', 'DROP INDEX "user_banned_index";', 'require-concurrent-index-deletion'],
  ['another name of a column', 'ALTER TABLE "user" RENAME COLUMN "name" TO "b";', 'renaming-column'],
  ['another name of a table', 'ALTER TABLE "user" RENAME TO "person";', 'renaming-table'],
  ['a column less', 'ALTER TABLE "user" DROP COLUMN "name";', 'ban-drop-column'],
  ['a table less', 'DROP TABLE "user";', 'ban-drop-table'],
  ['another type', 'ALTER TABLE "user" ALTER COLUMN "name" TYPE bigint;', 'changing-column-type'],
  [
    'a check of all rows',
    'ALTER TABLE "user" ADD CONSTRAINT "c" CHECK (name <> $$x$$);',
    'constraint-missing-not-valid',
  ],
  [
    'a foreign key that is checked at once',
    'ALTER TABLE "lockout" ADD CONSTRAINT "f" FOREIGN KEY ("a") REFERENCES "user"("id");',
    'adding-foreign-key-constraint',
  ],
  ['a column that is demanded', 'ALTER TABLE "user" ALTER COLUMN "name" SET NOT NULL;', 'adding-not-nullable-field'],
  ['uniqueness that is checked at once', 'ALTER TABLE "user" ADD CONSTRAINT "u" UNIQUE ("name");', 'disallowed-unique'],
  [
    'a value for each row',
    'ALTER TABLE "user" ADD COLUMN "z" uuid DEFAULT gen_random_uuid();',
    'adding-field-with-default',
  ],
  ['an index in a transaction', 'CREATE INDEX CONCURRENTLY "i" ON "user" ("name");', 'wants @outside-transaction'],
  ['batches in a transaction', '-- @batches\nUPDATE "user" SET name = name;', 'batches want @outside-transaction'],
  ['what can’t be run again', '-- @outside-transaction\nALTER TABLE "user" ADD COLUMN "a" text;', 'can’t be run again'],
  ['a build that there is not', '-- @least-build 0001_nothing\nDROP TABLE "lockout";', 'there is no 0001_nothing'],
  ['a mark that there is not', '-- @outside\nDROP TABLE "lockout";', '@outside, which there is not'],
])(
  '%s is refused',
  async (_, sql, complaint) => {
    expect(await lint(sql)).toContain(complaint)
  },
  30_000,
)

test('what keeps nobody waiting passes: columns, tables, indexes built concurrently, batches, checks in two steps', async () => {
  for (const sql of [
    'ALTER TABLE "user" ADD COLUMN "nickname" text;--> statement-breakpoint\nALTER TABLE "user" ADD CONSTRAINT "c" CHECK (nickname <> $$x$$) NOT VALID;',
    'CREATE TABLE "t" ("id" uuid PRIMARY KEY NOT NULL, "user_id" uuid NOT NULL);--> statement-breakpoint\nALTER TABLE "t" ADD CONSTRAINT "f" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint\nCREATE INDEX "t_user_id_index" ON "t" USING btree ("user_id");',
    '-- @outside-transaction\nCREATE INDEX CONCURRENTLY "i" ON "user" ("name");--> statement-breakpoint\nALTER TABLE "user" VALIDATE CONSTRAINT "c";',
    '-- @outside-transaction\n-- @batches\nWITH batch AS (SELECT id FROM "user" WHERE id > $1::uuid LIMIT 500) SELECT id::text FROM batch;',
    `-- @least-build ${newestMigration()}\nALTER TABLE "user" DROP COLUMN "name";`,
    ...expansion.map((migration) => migration.sql),
  ]) {
    expect({ sql, complaint: await lint(sql) }).toEqual({ sql, complaint: '' })
  }
}, 60_000)
