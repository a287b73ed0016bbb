import { expect, test } from 'bun:test'
import { deadLetterQueue, queues } from '#core/queues'
import { schemaVersion } from '#db/schema-version'
import { findAppliedVersion } from '#features/operations/queries'
import journal from '../../db/migrations/meta/_journal.json' with { type: 'json' }
import { migrateTestDatabase as migrate, openEmptyDatabase } from './test-database'

const timeoutMs = 60_000

test(
  'an empty database is brought to the newest schema, and a second time there is nothing to do',
  async () => {
    const { db, close } = await openEmptyDatabase()
    await expect(findAppliedVersion(db, {})).rejects.toThrow()
    expect(await migrate(db)).toBe(journal.entries.length)
    expect(await findAppliedVersion(db, {})).toEqual([{ version: String(schemaVersion), least: null }])
    expect(await migrate(db)).toBe(0)
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
