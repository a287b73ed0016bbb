import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type Account, logIn, registerAccount } from '../runtimes/account'
import { createEmptyDatabase, digestTables } from '../runtimes/compare-databases'
import { openRealDatabase } from '../runtimes/real-postgres'
import { type PosternProcess, runCommand, spawnCommand, startServer } from '../runtimes/server-process'
import { makeTemporaryFolder } from '../support/folders'

const accounts = 200_000
const Written = z.object({ place: z.string(), rows: z.number(), bytes: z.number() })

/** Runs a command to its end, and tells how much memory it had at the most, in MB, and how long it took, in seconds. */
const measure = async (command: PosternProcess) => {
  const startedAt = performance.now()
  let most = 0
  const poll = setInterval(async () => {
    const status = await Bun.file(`/proc/${command.pid}/status`)
      .text()
      .catch(() => '')
    most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 50)
  const exitCode = await command.exited
  clearInterval(poll)
  if (exitCode !== 0) throw new Error(`${command.output()}${command.errors()}`)
  return {
    seconds: (performance.now() - startedAt) / 1000,
    megabytes: Math.round(most / 1024),
    output: command.output(),
  }
}

test(`${accounts} accounts: backed up while people register and log in, restored on an empty database, the same to the row`, async () => {
  await using source = await openRealDatabase()
  const folder = makeTemporaryFolder()
  const settings = { DATABASE_URL: source.url, DATA_DIRECTORY: join(folder, 'first') }
  const { sql } = source
  const server = await startServer(settings)
  const ada = await registerAccount(server.url)
  await sql`insert into "user" (id, email, name, created_at, updated_at)
    select gen_random_uuid(), 'person' || number || '@example.com', 'Person ' || number, now(), now()
    from generate_series(1, ${accounts}::integer) number`
  await sql`insert into password (user_id, hash, created_at)
    select "user".id, hash, now() from "user", (select hash from password limit 1) known
    where not exists (select from password where user_id = "user".id)`
  await sql`insert into audit_event (id, occurred_at, type, actor_kind, request_id, user_id, data)
    select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7' || substr(md5(id::text), 1, 3) || 'a' || substr(md5(id::text), 4, 15))::uuid,
      now(), 'account.registered', 'anonymous', 'drill', id, '{}' from "user" where email like 'person%'`

  const key = join(folder, 'key')
  const { output: recipient } = await runCommand(settings, 'backup', 'new-key', key)
  const words = ['backup', '--to', join(folder, 'archives'), '--recipient', recipient, '--json']
  const answered: Account[] = []
  let isOver = false
  const load = [0, 1].map(async () => {
    while (!isOver) {
      const account = await registerAccount(server.url)
      await logIn(server.url, account.email)
      answered.push(account)
    }
  })
  const backup = await measure(spawnCommand(settings, ...words))
  isOver = true
  await Promise.all(load)
  const written = Written.parse(JSON.parse(backup.output))
  expect(answered.length).toBeGreaterThan(0)
  expect(backup.megabytes).toBeLessThan(400)

  await server.stop('SIGTERM')
  const rested = Written.parse(JSON.parse((await runCommand(settings, ...words)).output))
  const digests = await digestTables(sql)
  await using target = await createEmptyDatabase()
  const own = { DATABASE_URL: target.url, DATA_DIRECTORY: join(folder, 'second') }
  const restore = await measure(spawnCommand(own, 'restore', rested.place, '--identity', key))
  expect(await digestTables(target.sql)).toEqual(digests)
  expect(restore.megabytes).toBeLessThan(500)
  await using reborn = await startServer(own)
  await logIn(reborn.url, ada.email)
  const last = answered.at(-1)
  if (last) await logIn(reborn.url, last.email)
  console.table({
    'rows in the archive': written.rows,
    'archive, MB': Math.round(statSync(written.place).size / 1e5) / 10,
    'backup, s': Math.round(backup.seconds * 10) / 10,
    'backup, most memory, MB': backup.megabytes,
    'people who registered and logged in meanwhile': answered.length,
    'restore with both readings and the record, s': Math.round(restore.seconds * 10) / 10,
    'restore, most memory, MB': restore.megabytes,
  })
}, 600_000)
