import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { parseConfig } from '#core/config'
import { makeRefreshToken } from '#features/sessions/refresh-token'
import { post } from '../runtimes/account'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { secret, startServer } from '../runtimes/server-process'
import { percentile } from './percentile'
import { Outcome } from './storm-clients'

const count = Number(process.env.CLIENTS ?? 10_000)
const lifeSeconds = 900
const jitterPercent = 10
/** How long before its end a client exchanges a token: see `src/client/grant.ts`. */
const earlySeconds = 30

const resources = new AsyncDisposableStack()
let database: RealDatabase

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  await database.sql`
    insert into "user" (id, email, created_at, updated_at)
    select md5('user' || n)::uuid, 'person-' || n || '@example.com', now(), now() from generate_series(1, ${count}::integer) n`
}, 60_000)

afterAll(() => resources.disposeAsync())

const Refreshed = z.object({ refreshToken: z.string(), expiresIn: z.int() })
type Client = z.output<typeof Refreshed>

/** Sessions of everybody, and the first refresh token of each. */
const openSessions = async (storm: string): Promise<string[]> => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  const { config } = parsed
  const rows = await database.sql<{ id: string }[]>`
    insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at, expires_at, absolute_expires_at)
    select md5(${storm} || n)::uuid, md5('user' || n)::uuid, now(), '["pwd"]', 'aal1', now(), now(), now(),
      now() + interval '7 days', now() + interval '30 days'
    from generate_series(1, ${count}::integer) n
    returning id`
  await database.sql.unsafe('vacuum analyze session')
  return Promise.all(rows.map(({ id }) => makeRefreshToken({ config }, { sessionId: id, counter: 0 })))
}

/** The tokens that everybody got when they all logged in at one moment: only that is played slowly. */
const handOut = async (url: string, refreshTokens: string[]): Promise<Client[]> => {
  const clients: Client[] = []
  const waiting = [...refreshTokens]
  const work = async () => {
    for (let refreshToken = waiting.pop(); refreshToken !== undefined; refreshToken = waiting.pop()) {
      clients.push(Refreshed.parse(await (await post(url, '/auth/refresh', { refreshToken })).json()))
    }
  }
  await Promise.all(Array.from({ length: 32 }, work))
  return clients
}

/** Each comes back when its token is due; the time before the first one is left out. */
const comeBack = async (url: string, clients: Client[]): Promise<Outcome[]> => {
  const dueOf = ({ expiresIn }: Client) => 1000 * (expiresIn - earlySeconds)
  const firstDue = Math.min(...clients.map(dueOf))
  const orders = clients.map((client) => ({
    refreshToken: client.refreshToken,
    dueMilliseconds: dueOf(client) - firstDue + 1000 * Math.random(),
  }))
  const child = Bun.spawn([process.execPath, '--no-orphans', `${import.meta.dir}/storm-clients.ts`], {
    stdin: new Blob([JSON.stringify({ url, clients: orders })]),
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: String(count) },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  return z.array(Outcome).parse(await new Response(child.stdout).json())
}

const summarize = (outcomes: Outcome[]) => {
  const perSecond = Map.groupBy(outcomes, ({ doneMilliseconds }) => Math.floor(doneMilliseconds / 1000))
  const late = outcomes.map(({ lateMilliseconds }) => lateMilliseconds)
  const refusals = outcomes.flatMap(({ refusals }) => refusals)
  return {
    succeeded: outcomes.filter(({ status }) => status === 200).length,
    failed: outcomes.filter(({ status }) => status !== 200),
    peakPerSecond: Math.max(...[...perSecond.values()].map(({ length }) => length)),
    doneSeconds: Math.max(...outcomes.map(({ doneMilliseconds }) => doneMilliseconds)) / 1000,
    middleMilliseconds: percentile(late, 50),
    slowMilliseconds: percentile(late, 99),
    slowestMilliseconds: percentile(late, 100),
    refusedBefore: refusals.length,
    refusedWith: Object.fromEntries(
      [...Map.groupBy(refusals, (refusal) => refusal)].map(([refusal, all]) => [refusal, all.length]),
    ),
  }
}

/** A storm: everybody logged in at one moment, and comes back when their token is due. */
const storm = async (percent: number) => {
  await using server = await startServer({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'error',
    WORK_JOBS: 'off',
    ACCESS_TOKEN_SECONDS: String(lifeSeconds),
    ACCESS_TOKEN_JITTER_PERCENT: String(percent),
  })
  const clients = await handOut(server.url, await openSessions(`jitter ${percent}`))
  const summary = summarize(await comeBack(server.url, clients))
  console.log(`${count} clients, jitter ${percent} %`, summary)
  return summary
}

test('all clients that logged in at one moment get their next tokens, and with jitter none of them waits', async () => {
  const together = await storm(0)
  const spread = await storm(jitterPercent)
  expect(together.succeeded).toBe(count)
  expect(spread.succeeded).toBe(count)
  expect(spread.refusedBefore).toBe(0)
  expect(spread.peakPerSecond).toBeLessThan(together.peakPerSecond)
  expect(spread.slowMilliseconds).toBeLessThan(together.slowMilliseconds / 4)
}, 600_000)
