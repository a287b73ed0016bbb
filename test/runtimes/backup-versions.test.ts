import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { packTar } from 'modern-tar'
import { applyMigrations } from '#platform/migrate'
import { installQueues } from '#platform/pg-boss'
import { openPostgresCopies } from '#platform/postgres-copy'
import journal from '../../db/migrations/meta/_journal.json' with { type: 'json' }
import { makeTemporaryFolder } from '../support/folders'
import { createEmptyDatabase } from './compare-databases'
import { openRealDatabase } from './real-postgres'
import { runCommand } from './server-process'

test('a database of before the last upgrade is backed up as it is, and restored as of today', async () => {
  const folder = makeTemporaryFolder()
  await using old = await createEmptyDatabase()
  const migrator = openPostgresCopies(old.url)
  await installQueues(migrator.db)
  // The last one before the record was partitioned.
  const before = journal.entries.find(({ tag }) => tag.startsWith('0007'))?.when
  await applyMigrations(migrator.db, () => {}, before)
  await migrator.close()
  await old.sql`insert into "user" (id, email, created_at, updated_at)
    values ('01a22de4-0545-7045-b844-12de00539c0b', 'grace@example.com', now(), now())`
  await old.sql`insert into audit_event (id, occurred_at, type, actor_kind, request_id, data)
    values ('01a22de4-0545-7045-b844-12de00539c0c', now(), 'account.registered', 'anonymous', 'x', '{}')`
  const settings = { DATABASE_URL: old.url, DATA_DIRECTORY: folder }
  const written = await runCommand(settings, 'backup', '--unencrypted', '--to', folder, '--json')
  expect(written).toMatchObject({ exitCode: 0 })
  const { place, schemaVersion } = JSON.parse(written.output)
  expect(schemaVersion).toBe(before)

  await using target = await createEmptyDatabase()
  const own = { DATABASE_URL: target.url, DATA_DIRECTORY: folder }
  expect(await runCommand(own, 'restore', place)).toMatchObject({ exitCode: 0 })
  expect(await runCommand(own, 'migrate', '--json')).toMatchObject({ output: '{"applied":0}' })
  expect(await runCommand(own, 'users', 'show', 'grace@example.com')).toMatchObject({ exitCode: 0 })
  const records = await target.sql`select retention from audit_event where type = 'account.registered'`
  expect([...records]).toEqual([{ retention: 'security' }])
}, 60_000)

test('an archive of a newer build, or of a newer format, is refused by its first lines', async () => {
  const folder = makeTemporaryFolder()
  await using target = await createEmptyDatabase()
  const refusalOf = async (header: object) => {
    const text = JSON.stringify({ format: 1, createdAt: '2031-01-01T00:00:00Z', schemaVersion: 1, ...header })
    const tar = await packTar([{ header: { name: 'header.json', size: text.length, type: 'file' }, body: text }])
    const path = join(folder, `${crypto.randomUUID()}.tar.zst`)
    await Bun.write(path, Bun.zstdCompressSync(tar))
    const { exitCode, errors } = await runCommand({ DATABASE_URL: target.url, DATA_DIRECTORY: folder }, 'restore', path)
    return { exitCode, message: errors.split('\n').at(-1) }
  }
  expect(await refusalOf({ schemaVersion: 9_999_999_999_999 })).toEqual({
    exitCode: 1,
    message: expect.stringContaining('of a newer build than this one'),
  })
  expect(await refusalOf({ format: 2 })).toEqual({ exitCode: 1, message: expect.stringContaining('has format 2') })
  expect(await refusalOf({})).toEqual({ exitCode: 1, message: expect.stringContaining('its manifest is missing') })
}, 60_000)

test('a role that is shown only some rows is refused, and a member of postern_app is not', async () => {
  const folder = makeTemporaryFolder()
  await using source = await openRealDatabase()
  const { sql } = source
  const [member, stranger] = ['member', 'stranger'].map((name) => `${name}_${crypto.randomUUID().slice(0, 8)}`)
  await sql.unsafe(`create role ${member} login in role postern_app; create role ${stranger} login;
    grant usage on schema public, pgboss, drizzle, audit to ${stranger};
    grant select on all tables in schema public, pgboss, drizzle to ${stranger}`)
  try {
    const backUpAs = (username = '') => {
      const url = Object.assign(new URL(source.url), { username }).href
      const settings = { DATABASE_URL: url, DATA_DIRECTORY: folder }
      return runCommand(settings, 'backup', '--unencrypted', '--to', folder)
    }
    expect((await backUpAs(stranger)).errors).toContain('shown only some rows of public.organization')
    expect(await backUpAs(member)).toMatchObject({ exitCode: 0 })
  } finally {
    await sql.unsafe(`drop owned by ${member}, ${stranger}; drop role ${member}, ${stranger}`)
  }
}, 60_000)
