import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { waitForMail } from '../budgets/mailed-operations'
import { makeTemporaryFolder } from '../support/folders'
import { geoDatabase } from '../support/geo-database'
import { ActivityPage } from '../support/shapes'
import { get, logIn, registerAccount } from './account'
import { openRealDatabase } from './real-postgres'
import { runCommand, secret, spawnServer, startServer } from './server-process'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const folder = makeTemporaryFolder()
const path = join(folder, 'places.mmdb')
await Bun.write(path, geoDatabase())

test('a local database says where callers are; an operator and a check of the record see it', async () => {
  const database = resources.use(await openRealDatabase())
  const settings = { DATABASE_URL: database.url, GEO_DATABASE_PATH: path }
  const { url } = resources.use(await startServer(settings))
  const { email, accessToken } = await registerAccount(url)
  await logIn(url, email)
  await waitForMail(url, email, 'verify-email')
  const { items } = ActivityPage.parse(await (await get(url, '/v1/me/activity', accessToken)).json())
  // The mail's job has it too: from the request that caused it.
  expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(['signed_in', 'registered', 'link_mailed']))
  expect(new Set(items.map(({ place }) => place))).toEqual(new Set(['Köln, DE']))

  const seen = await runCommand(settings, 'activity', email.toUpperCase())
  expect(seen.exitCode).toBe(0)
  expect(seen.output.split('\n').map((line) => JSON.parse(line))).toEqual(items)
  expect(await runCommand(settings, 'activity', 'nobody@example.org')).toMatchObject({ exitCode: 3, output: '' })
  expect((await runCommand(settings, 'activity')).errors).toContain('postern activity <address>')

  const verified = await runCommand(settings, 'audit', 'verify')
  expect(verified).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^\d+ events are as they were recorded/),
  })
  const [row] = await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`
    return sql`
      update audit_event set place = 'Atlantis' where id = (select min(id::text)::uuid from audit_event) returning id`
  })
  expect(await runCommand(settings, 'audit', 'verify')).toMatchObject({
    exitCode: 1,
    output: '',
    errors: expect.stringContaining(`Not as they were recorded:\n${row?.id}`),
  })
}, 60_000)

test('a database of places that is missing or damaged stops the start, with a sentence about it', async () => {
  const damaged = join(folder, 'damaged.mmdb')
  await Bun.write(damaged, geoDatabase().slice(0, 300))
  for (const [file, fault] of [
    [join(folder, 'missing.mmdb'), 'can’t be read.'],
    [damaged, 'is damaged, or no MaxMind database.'],
  ] as const) {
    await using server = spawnServer({
      ENVIRONMENT: 'test',
      SECRET: secret,
      DATA_DIRECTORY: makeTemporaryFolder(),
      GEO_DATABASE_PATH: file,
    })
    expect(await server.exited).toBe(1)
    expect(server.errors()).toContain(`Postern can’t start: GEO_DATABASE_PATH: ${file} ${fault}`)
    expect(server.errors()).not.toContain('    at ')
  }
}, 60_000)
