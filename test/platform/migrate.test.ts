import { expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { deadLetterQueue, queues } from '#core/queues'
import { schemaVersion } from '#db/schema-version'
import { findAppliedVersion } from '#features/operations/queries'
import { readMigrations } from '#platform/migration-files'
import journal from '../../db/migrations/meta/_journal.json' with { type: 'json' }
import { makeTemporaryFolder } from '../support/folders'
import { writeMigrations } from '../support/migrations-folder'
import { expansion } from '../support/next-schema'
import { migrateTestDatabase as migrate, openEmptyDatabase } from './test-database'

const timeoutMs = 60_000

/** More than two batches of them. */
const plantUsers = `
insert into "user" (id, email, created_at, updated_at)
select gen_random_uuid(), 'person-' || n || '@example.com', now(), now() from generate_series(1, 1200) n`

test(
  'an empty database is brought to the newest schema, then to one with an index and batches; a second time there is nothing to do',
  async () => {
    const { db, close } = await openEmptyDatabase()
    await expect(findAppliedVersion(db, {})).rejects.toThrow()
    expect(await migrate(db)).toBe(journal.entries.length)
    expect(await findAppliedVersion(db, {})).toEqual([{ version: String(schemaVersion), least: null }])
    expect(await migrate(db)).toBe(0)

    const folder = join(makeTemporaryFolder(), 'migrations')
    mkdirSync(folder)
    writeMigrations(folder, expansion)
    await db.script(plantUsers)
    expect(await migrate(db, readMigrations(folder))).toBe(expansion.length)
    const index = `select indisvalid::text from pg_index where indexrelid = to_regclass('user_lower_name_index')`
    expect(await db.run(index, [], 'arrays')).toEqual([['true']])
    expect(await db.run('select count(nickname)::text from "user"', [], 'arrays')).toEqual([['1200']])
    await close()
  },
  timeoutMs,
)

test(
  'of several that migrate at once, one does the work and the others wait for it',
  async () => {
    const { db, close } = await openEmptyDatabase()
    const applied = await Promise.all([migrate(db), migrate(db), migrate(db)])
    expect(applied.toSorted()).toEqual([0, 0, journal.entries.length])
    const installed = await db.run('select name from pgboss.queue', [], 'arrays')
    expect(installed.flat()).toEqual(expect.arrayContaining([...Object.keys(queues), deadLetterQueue]))
    await close()
  },
  timeoutMs,
)

test(
  'a migration that fails halfway leaves nothing of itself',
  async () => {
    const { db, close } = await openEmptyDatabase()
    await db.run('create table session (in_the_way integer)', [], 'objects')
    await expect(migrate(db)).rejects.toThrow()
    const tables = "select tablename from pg_tables where schemaname = 'public'"
    expect(await db.run(tables, [], 'objects')).toEqual([{ tablename: 'session' }])
    await close()
  },
  timeoutMs,
)
