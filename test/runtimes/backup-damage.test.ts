import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { createEmptyDatabase, digestTables } from './compare-databases'
import { waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand, spawnCommand } from './server-process'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const folder = makeTemporaryFolder()
const archives = join(folder, 'archives')
const key = join(folder, 'key')
const Written = z.object({ place: z.string() })

let source: RealDatabase
let settings: Record<string, string>
let recipient: string
/** One that is whole, encrypted. */
let place: string

const restoreTo = (url: string, archive: string, words: string[] = [], own: Record<string, string> = {}) =>
  runCommand(
    { DATABASE_URL: url, DATA_DIRECTORY: join(folder, 'target'), ...own },
    'restore',
    archive,
    '--identity',
    key,
    ...words,
  )

/** Another file with these bytes of an archive. */
const keep = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name)
  await Bun.write(path, bytes)
  return path
}

beforeAll(async () => {
  source = resources.use(await openRealDatabase())
  settings = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'source') }
  recipient = (await runCommand(settings, 'backup', 'new-key', key)).output
  await runCommand(settings, 'users', 'create', 'ada@example.com')
  await runCommand(settings, 'keys', 'rotate')
  // So much that neither a backup nor a restore is over before somebody can kill it.
  await source.sql`insert into bounced_address (email, reason, bounced_at)
    select md5(number::text) || '@example.com', 'bounced', now() from generate_series(1, 120000) number`
  const written = await runCommand(settings, 'backup', '--to', archives, '--recipient', recipient, '--json')
  place = Written.parse(JSON.parse(written.output)).place
}, 60_000)

test('without a recipient there is no backup, and the private key is for nobody else to read', async () => {
  expect(await runCommand(settings, 'backup', '--to', archives)).toMatchObject({ exitCode: 2 })
  expect(statSync(key).mode & 0o777).toBe(0o600)
  expect(statSync(place).mode & 0o777).toBe(0o600)
  expect((await runCommand(settings, 'backup', 'new-key', key)).exitCode).toBe(1)
  expect(Buffer.from(await Bun.file(place).bytes()).includes('ada@example.com')).toBe(false)
}, 60_000)

test('what is cut off, altered or for others is refused before anything is changed', async () => {
  await using target = await createEmptyDatabase()
  const bytes = await Bun.file(place).bytes()
  const flipped = bytes.slice()
  const middle = Math.floor(bytes.length / 2)
  flipped[middle] = (flipped[middle] ?? 0) ^ 1
  const other = join(folder, 'other-key')
  await runCommand(settings, 'backup', 'new-key', other)
  const outcomes = {
    truncated: await restoreTo(target.url, await keep('truncated', bytes.subarray(0, middle))),
    shortened: await restoreTo(target.url, await keep('shortened', bytes.subarray(0, bytes.length - 1))),
    flipped: await restoreTo(target.url, await keep('flipped', flipped)),
    nothing: await restoreTo(target.url, await keep('nothing', new Uint8Array())),
    absent: await restoreTo(target.url, join(folder, 'absent')),
    'another key': await runCommand({ ...settings, DATABASE_URL: target.url }, 'restore', place, '--identity', other),
    'another SECRET': await restoreTo(target.url, place, [], {
      SECRET: 'another secret that is as long as it must be',
    }),
  }
  const messages = Object.entries(outcomes).map(([what, { exitCode, errors }]) => [
    what,
    exitCode,
    errors.split('\n').at(-1),
  ])
  expect(messages).toEqual([
    ['truncated', 1, expect.stringContaining('damaged or cut off')],
    ['shortened', 1, expect.stringContaining('damaged or cut off')],
    ['flipped', 1, expect.stringContaining('damaged or cut off')],
    ['nothing', 1, expect.stringContaining('is no backup of Postern’s')],
    ['absent', 1, expect.stringContaining('can’t be read')],
    ['another key', 1, expect.stringContaining('encrypted to other keys')],
    ['another SECRET', 1, expect.stringContaining('This SECRET is not the one')],
  ])
  expect(await digestTables(target.sql)).toEqual({})
}, 120_000)

test('a database with anything in it is refused, unless it is to be lost; and so is one with tables of others', async () => {
  await using target = await openRealDatabase()
  const own = { DATABASE_URL: target.url, DATA_DIRECTORY: join(folder, 'target') }
  await runCommand(own, 'users', 'create', 'grace@example.com')
  const before = await digestTables(target.sql)
  expect((await restoreTo(target.url, place)).errors).toContain('The database is not empty: there are rows in')
  expect((await restoreTo(target.url, place, ['--replace'])).exitCode).toBe(2)
  await target.sql`create table ledger (id integer)`
  expect((await restoreTo(target.url, place, ['--replace', '--yes'])).errors).toContain('database of its own')
  await target.sql`drop table ledger`
  expect(await digestTables(target.sql)).toEqual(before)
  expect(await restoreTo(target.url, place, ['--replace', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(await digestTables(target.sql)).toEqual(await digestTables(source.sql))
  expect(await target.sql`select data from audit_event where type = 'database.restored'`).toMatchObject([
    { data: { sessionsEnded: 0 } },
  ])
}, 120_000)

test('a SIGKILL in the middle of a backup leaves no file under its name', async () => {
  const to = join(folder, 'killed')
  await using backup = spawnCommand(settings, 'backup', '--to', to, '--unencrypted')
  const drafts = () => (existsSync(to) ? readdirSync(to).filter((name) => name.endsWith('.partial')) : [])
  await waitUntil(() => drafts().some((name) => statSync(join(to, name)).size > 0), 30)
  await backup.stop('SIGKILL')
  expect(readdirSync(to).filter((name) => !name.startsWith('.'))).toEqual([])
  expect(await runCommand(settings, 'backup', 'list', '--to', to)).toMatchObject({ exitCode: 0, output: 'None.' })
}, 60_000)

test('a SIGKILL in the middle of a restore leaves an empty database, and the next one works', async () => {
  await using target = await createEmptyDatabase()
  const own = { DATABASE_URL: target.url, DATA_DIRECTORY: join(folder, 'target') }
  const copies = () => target.sql`
    select from pg_stat_activity where datname = current_database() and application_name = 'postern copy'
      and query like 'copy "public"."bounced_address"%from stdin%'`
  await using restore = spawnCommand(own, 'restore', place, '--identity', key)
  await waitUntil(async () => (await copies()).count > 0, 30)
  await restore.stop('SIGKILL')
  await waitUntil(async () => (await copies()).count === 0, 30)
  const found = Object.entries(await digestTables(target.sql)).filter(
    ([name, digest]) => !name.startsWith('pgboss.') && !digest.startsWith('0 '),
  )
  expect(found).toEqual([])
  expect(await restoreTo(target.url, place)).toMatchObject({ exitCode: 0 })
  expect(await digestTables(target.sql)).toEqual(await digestTables(source.sql))
}, 120_000)
