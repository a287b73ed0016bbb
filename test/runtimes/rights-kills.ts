import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { endWaits, untilNobodyIsConnected, waitUntil } from './queue-rows'
import type { RealDatabase } from './real-postgres'
import { type PosternProcess, startServer, startWorker } from './server-process'

const userAgent = 'Canary-Browser/1.0'

const Tokens = z.object({ tokens: z.object({ accessToken: z.string(), user: z.object({ id: z.string() }) }) })

export interface Kills {
  database: RealDatabase
  settings: Record<string, string>
  /** Where the blob store is. */
  blobs: string
  /** What every process printed. */
  logs: string[]
}

export const openKills = (database: RealDatabase, redisUrl: string): Kills => {
  const directory = makeTemporaryFolder()
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIRECTORY: directory,
    REDIS_URL: redisUrl,
    RATE_LIMITS: 'on',
    RATE_LIMIT_OVERRIDES: 'register=1000/60,address=10000/60,everyone=100000/60',
    ERASURE_GRACE_SECONDS: '0',
    WORK_JOBS: 'off',
  }
  return { database, settings, blobs: join(directory, 'blobs'), logs: [] }
}

export interface Person {
  id: string
  email: string
  name: string
  send(method: string, path: string): Promise<Response>
}

/** Registers somebody with a picture, who asks for something; no job is worked. */
export const withPerson = async (
  { database, settings, blobs, logs }: Kills,
  ask: (person: Person) => Promise<void>,
) => {
  await using server = await startServer(settings)
  const email = `canary-${crypto.randomUUID()}@example.com`
  const name = `Canary ${crypto.randomUUID().slice(0, 8)}`
  const answer = await fetch(`${server.url}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify({ email, name, password: 'correct horse battery staple' }),
  })
  const { tokens } = Tokens.parse(await answer.json())
  const { id } = tokens.user
  const key = `avatars/${id}/512.webp`
  await database.sql`insert into blob (key, user_id, kind, created_at) values (${key}, ${id}, 'avatar', now())`
  mkdirSync(dirname(join(blobs, key)), { recursive: true })
  writeFileSync(join(blobs, key), `image/webp\nthe picture of ${name}`)
  const headers = { authorization: `Bearer ${tokens.accessToken}`, 'user-agent': userAgent }
  const person = {
    id,
    email,
    name,
    send: (method: string, path: string) => fetch(`${server.url}${path}`, { method, headers }),
  }
  await ask(person)
  // What is due is looked for once a minute; the next worker looks at once.
  await database.sql`delete from pgboss.job where name = 'begin-due-erasures'`
  await server.stop('SIGTERM')
  logs.push(server.output(), server.errors())
  return person
}

/** Kills a worker that waits for a table: another transaction has it until the worker is dead. */
export const killAtTable = async ({ database, settings, logs }: Kills, table: string, queue: string): Promise<void> => {
  const { sql } = database
  await sql.begin(async (held) => {
    await held.unsafe(`lock table "${table}" in access exclusive mode`)
    const worker: PosternProcess = await startWorker(settings)
    try {
      await waitUntil(async () => {
        await endWaits(sql)
        const waiting = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        const active = await sql`select from pgboss.job where name = ${queue} and state = 'active'`
        return waiting.count > 0 && active.count > 0
      }, 30)
    } finally {
      await worker.stop('SIGKILL')
      logs.push(worker.output(), worker.errors())
    }
  })
  await untilNobodyIsConnected(sql)
  await sql`update pgboss.job set started_on = started_on - interval '1 hour' where state = 'active'`
  await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`
}

/** Works jobs until something is so. */
export const workUntil = async ({ database, settings, logs }: Kills, isDone: () => Promise<boolean>): Promise<void> => {
  await using worker = await startWorker(settings)
  await waitUntil(
    async () => {
      await endWaits(database.sql)
      return isDone()
    },
    40,
    () => database.sql`select name, state, retry_count, output from pgboss.job where state <> 'completed'`,
  )
  await worker.stop('SIGTERM')
  logs.push(worker.output(), worker.errors())
}

/** The names of all files in the blob store. */
export const listBlobs = ({ blobs }: Kills): string[] =>
  readdirSync(blobs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(blobs.length + 1))

/** Every row of every table of a database, as text: by pg_dump, where it is. */
export const dumpWhole = async ({ database }: Kills): Promise<string> => {
  const program = Bun.which('pg_dump')
  if (program) {
    const dump = Bun.spawn([program, '--data-only', '--dbname', database.url], { stdout: 'pipe', stderr: 'ignore' })
    const text = await new Response(dump.stdout).text()
    if ((await dump.exited) === 0) return text
  }
  const tables = await database.sql<{ name: string }[]>`
    select table_schema || '"."' || table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`
  const rows = await Promise.all(
    tables.map(({ name }) => database.sql.unsafe(`select t::text as row from "${name}" t`)),
  )
  return rows
    .flat()
    .map(({ row }) => String(row))
    .join('\n')
}
