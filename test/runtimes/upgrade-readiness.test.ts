import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { readMigrations } from '#platform/migration-files'
import { makeTemporaryFolder } from '../support/folders'
import { contraction, expansion } from '../support/next-schema'
import { makeBuild } from '../support/other-build'
import { get, logIn, patchMe, post, registerAccount } from './account'
import { openEmptyRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand, runCommandOf, startServer } from './server-process'

const known = readMigrations().map(({ name }) => name)
const newest = known.at(-1) ?? ''

const resources = new AsyncDisposableStack()
let database: RealDatabase
let settings: Record<string, string>

const openDatabase = async () => {
  database = resources.use(await openEmptyRealDatabase())
  settings = { DATABASE_URL: database.url, DATA_DIRECTORY: makeTemporaryFolder() }
}

beforeAll(openDatabase, 30_000)
afterAll(() => resources.disposeAsync(), 30_000)

const Answer = z.object({ dependencies: z.object({ database: z.looseObject({ schema: z.string() }) }) })

/** What readiness says, and of the database. */
const schemaOf = async (url: string): Promise<Record<string, unknown>> => {
  const response = await get(url, '/health/ready')
  const { status, ...database } = Answer.parse(await response.json()).dependencies.database
  expect(status).toBe('up')
  return { answer: response.status, ...database }
}

/** What a person does with an account. */
const useAccount = async (url: string) => {
  const { email } = await registerAccount(url)
  const { accessToken, refreshToken } = await logIn(url, email)
  const answers = [
    await get(url, '/v1/me', accessToken),
    await patchMe(url, accessToken, { name: 'Ada' }),
    await post(url, '/auth/refresh', { refreshToken }),
    await post(url, '/auth/password/forgot', { email }),
    await post(url, '/auth/logout', { refreshToken }),
  ]
  return answers.map(({ status }) => Math.floor(status / 100))
}

test('on an older schema a build lives, says exactly what is missing, and is ready without a restart once it is there', async () => {
  const older = makeBuild({ first: known.length - 1 })
  expect(await runCommandOf(older.root, settings, 'migrate')).toMatchObject({ exitCode: 0 })
  await using server = await startServer(settings)
  expect((await get(server.url, '/health/live')).status).toBe(200)
  expect(await schemaOf(server.url)).toEqual({
    answer: 503,
    schema: 'behind',
    missing: [newest],
    remedy: 'Run: bun postern migrate',
  })
  const plan = await runCommand(settings, 'migrate', '--plan')
  expect(plan.output).toStartWith(`${newest}: in`)
  expect((await schemaOf(server.url)).answer).toBe(503)
  expect((await runCommand(settings, 'migrate')).output).toStartWith('Applied 1 migrations.')
  expect(await schemaOf(server.url)).toMatchObject({ answer: 200, schema: 'current' })
  expect(await useAccount(server.url)).toEqual([2, 2, 2, 2, 2])
  expect((await runCommand(settings, 'migrate', '--plan')).output).toBe('The schema is current.')
}, 60_000)

test('on a newer schema a build goes on, until a migration says that it is too old; that one waits for it to go', async () => {
  await using server = await startServer(settings)
  expect((await schemaOf(server.url)).answer).toBe(200)
  const next = makeBuild({ next: [...expansion, contraction()] })
  const [expand, , , contract = ''] = next.migrations.slice(-4)

  const refused = await runCommandOf(next.root, settings, 'migrate')
  expect(refused.exitCode).toBe(1)
  expect(refused.errors).toContain(`${contract} was not applied`)
  expect(refused.errors).toContain(`postern/${Number(newest.split('_')[0])} from `)
  expect(await schemaOf(server.url)).toMatchObject({ answer: 200, schema: 'ahead' })
  expect(await useAccount(server.url)).toEqual([2, 2, 2, 2, 2])

  await using newer = await startServer(settings, next.root)
  expect(await schemaOf(newer.url)).toMatchObject({ answer: 503, schema: 'behind', missing: [contract] })
  expect(await runCommandOf(next.root, settings, 'migrate', '--force')).toMatchObject({ exitCode: 0 })
  expect((await schemaOf(newer.url)).answer).toBe(200)
  expect(await schemaOf(server.url)).toEqual({
    answer: 503,
    schema: 'too-new',
    remedy: `Deploy a newer build: one that has the migration ${expand}.`,
  })
  expect((await get(server.url, '/health/live')).status).toBe(200)
}, 60_000)

test('a migration that takes something away runs by itself once the older builds are gone', async () => {
  await openDatabase()
  const next = makeBuild({ next: [...expansion, contraction()] })
  expect((await runCommand(settings, 'migrate')).exitCode).toBe(0)
  const { output } = await runCommandOf(next.root, settings, 'migrate')
  expect(output).toStartWith('Applied 4 migrations.')
}, 60_000)
