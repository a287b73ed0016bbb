import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import type { Server } from '../support/server'
import { startWorkerServer } from '../support/worker-server'
import { logIn, password, post, registerAccount } from './account'
import { waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand, secret } from './server-process'

const Answer = z.object({
  operation: z.object({ id: z.string(), state: z.string(), rowsDone: z.int(), rowsFailed: z.int() }),
})

let database: RealDatabase
let server: Server
let token: string

beforeAll(async () => {
  database = await openRealDatabase()
  const settings = { EMAIL_VERIFICATION: 'optional', RATE_LIMITS: 'off', MFA_REQUIRED_ROLES: 'nobody' }
  server = await startWorkerServer({ ENVIRONMENT: 'test', SECRET: secret, ...settings }, database.url)
  const { email } = await registerAccount(server.baseUrl)
  const granted = await runCommand({ DATABASE_URL: database.url }, 'roles', 'grant', email, 'admin')
  expect(granted.exitCode).toBe(0)
  token = (await logIn(server.baseUrl, email)).accessToken
}, 120_000)

afterAll(async () => {
  await server.stop()
  await database[Symbol.asyncDispose]()
})

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${server.baseUrl}/v1/admin/${path}`, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${token}` },
  })

const untilOver = async (answer: Response) => {
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
  let { operation } = Answer.parse(await answer.json())
  await waitUntil(async () => {
    operation = Answer.parse(await (await send(`operations/${operation.id}`)).json()).operation
    return !['queued', 'running'].includes(operation.state)
  }, 60)
  return operation
}

test('in workerd a file of several pieces is imported, and an old hash lets somebody in', async () => {
  const passwordHash = await Bun.password.hash(password, { algorithm: 'bcrypt', cost: 4 })
  const rows = Array.from({ length: 3000 }, (_, at) =>
    JSON.stringify({
      email: `person-${at}@example.com`,
      emailVerified: true,
      bio: 'é漢😀'.repeat(160),
      ...(at === 2999 && { passwordHash }),
    }),
  )
  const headers = { 'content-type': 'application/x-ndjson' }
  const body = [...rows, '{"email":"nobody"}'].join('\r\n')
  const operation = await untilOver(await send('imports?format=ndjson', { method: 'POST', headers, body }))
  expect(operation).toMatchObject({ state: 'finished', rowsDone: 3000, rowsFailed: 1 })
  const [kept] = await database.sql`
    select count(*)::integer as count, count(distinct bio)::integer as bios from "user" where email like 'person-%'`
  expect(kept).toEqual({ count: 3000, bios: 1 })
  const logged = await post(server.baseUrl, '/auth/login', { email: 'person-2999@example.com', password })
  expect(logged.status).toBe(200)
  const [renewed] =
    await database.sql`select hash from password join "user" on id = user_id where email = 'person-2999@example.com'`
  expect(renewed?.hash).toStartWith('$argon2id$v=19$m=19456,')
}, 120_000)

test('in workerd an export is written in parts and read as one file', async () => {
  const body = JSON.stringify({ format: 'csv', fields: ['email', 'bio'], filter: { emailVerified: true } })
  const headers = { 'content-type': 'application/json' }
  const operation = await untilOver(await send('exports', { method: 'POST', headers, body }))
  expect(operation).toMatchObject({ state: 'finished', rowsDone: 3000 })
  const lines = (await (await send(`operations/${operation.id}/file`)).text()).trimEnd().split('\r\n')
  expect(lines[0]).toBe('email,bio')
  expect(new Set(lines).size).toBe(3001)
}, 120_000)
