import { afterAll, expect, test } from 'bun:test'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { type Account, logIn, registerAccount } from './account'
import { logInWithApp, type PersonWithApp, refresh, registerWithApp } from './backed-up-people'
import { createEmptyDatabase, digestTables } from './compare-databases'
import { waitUntil } from './queue-rows'
import { openRealDatabase } from './real-postgres'
import { type CommandResult, runCommand, startServer } from './server-process'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const Written = z.object({ place: z.string(), rows: z.number(), blobs: z.object({ count: z.number() }) })
const Verified = z.object({ sealed: z.number(), unsealed: z.number(), faults: z.array(z.unknown()) })

const succeed = async (run: Promise<CommandResult>): Promise<string> => {
  const { exitCode, output, errors } = await run
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}: ${output}${errors}`)
  return output
}

/** Makes the server seal the record now, and not within the minute. It waits for every older transaction of the Postgres. */
const sealSomething = (sql: Sql): Promise<void> =>
  waitUntil(async () => {
    const waiting = await sql`select from pgboss.job where name = 'seal-audit-record' and state < 'completed'`
    if (waiting.count === 0) {
      await sql`insert into pgboss.job (name, data) values ('seal-audit-record', jsonb_build_object('payload', '{}'::jsonb,
        'cause', jsonb_build_object('requestId', 'test', 'at', now(), 'ipAddress', null, 'userAgent', null)))`
    }
    return (await sql`select from audit_seal`).count > 0
  }, 100)

/** Registers people, and lets each go on, until `stop`: gives those that were answered. */
const putUnderLoad = (url: string) => {
  const answered: Account[] = []
  let isOver = false
  const lanes = [0, 1, 2].map(async () => {
    while (!isOver) {
      const account = await registerAccount(url)
      answered.push(account)
      Object.assign(account, await refresh(url, account))
    }
  })
  const stop = async () => {
    isOver = true
    await Promise.all(lanes)
  }
  return { answered, stop }
}

test('backup during load, disaster, restore on an empty machine: equal row for row, audit verifies, users log in', async () => {
  const source = resources.use(await openRealDatabase())
  const folder = makeTemporaryFolder()
  const archives = join(folder, 'archives')
  const settings = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'first') }
  const key = join(folder, 'key')
  const recipient = await succeed(runCommand(settings, 'backup', 'new-key', key))
  const backUp = async () =>
    Written.parse(
      JSON.parse(await succeed(runCommand(settings, 'backup', '--to', archives, '--recipient', recipient, '--json'))),
    )
  const verify = async (own: Record<string, string>) =>
    Verified.parse(JSON.parse(await succeed(runCommand(own, 'audit', 'verify', '--json'))))

  const server = resources.use(await startServer(settings))
  const ada: PersonWithApp = await registerWithApp(
    server.url,
    () => source.sql`update "user" set email_verified_at = now()`,
  )
  await sealSomething(source.sql)

  // While people register and refresh: each is in the archive as a whole, or not at all.
  const load = putUnderLoad(server.url)
  await waitUntil(() => load.answered.length > 10, 30)
  const before = [...load.answered]
  const underLoad = await backUp()
  await load.stop()
  expect(load.answered.length).toBeGreaterThan(before.length)
  await using second = await createEmptyDatabase()
  const loaded = { DATABASE_URL: second.url, DATA_DIRECTORY: join(folder, 'second') }
  await succeed(runCommand(loaded, 'restore', underLoad.place, '--identity', key))
  const broken = await second.sql`
    select id from "user" where not exists (select from password where user_id = "user".id)
      or not exists (select from session where session.user_id = "user".id)
      or not exists (select from audit_event where type = 'account.registered' and audit_event.user_id = "user".id)`
  expect([...broken]).toEqual([])
  const kept = await second.sql`select email from "user"`
  const addresses = new Set(kept.map(({ email }) => String(email)))
  expect(before.filter(({ email }) => !addresses.has(email))).toEqual([])
  const lines = (
    await second.sql`select audit_event::text as line from audit_event where type <> 'database.restored'`
  ).map(({ line }) => String(line))
  const known = await source.sql`select from audit_event where audit_event::text = any(${lines})`
  expect(known.count).toBe(lines.length)
  expect(await verify(loaded)).toMatchObject({ faults: [] })

  // At rest, then the disaster.
  await server.stop('SIGTERM')
  const survivor = before[0]
  if (!survivor) throw new Error('Nobody was answered.')
  const atRest = await backUp()
  const digests = await digestTables(source.sql)
  await source.sql`drop schema public cascade`
  rmSync(settings.DATA_DIRECTORY, { recursive: true })

  await using third = await createEmptyDatabase()
  const restored = { DATABASE_URL: third.url, DATA_DIRECTORY: join(folder, 'third') }
  const told = await succeed(runCommand(restored, 'restore', atRest.place, '--identity', key))
  expect(told).toContain('The audit record is as it was sealed')
  expect(await digestTables(third.sql)).toEqual(digests)
  expect((await verify(restored)).sealed).toBeGreaterThan(0)
  const reborn = resources.use(await startServer(restored))
  await logIn(reborn.url, survivor.email)
  await refresh(reborn.url, survivor)
  await logInWithApp(reborn.url, ada)
  expect((await fetch(reborn.url + ada.picture)).status).toBe(200)
  expect(await verify(restored)).toMatchObject({ faults: [] })
  expect(existsSync(settings.DATA_DIRECTORY)).toBe(false)
  expect(readdirSync(archives).length).toBe(2)
}, 200_000)
