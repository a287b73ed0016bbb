import type postgres from 'postgres'
import { newAddress, password, post } from '../test/runtimes/account'
import { openRealDatabase } from '../test/runtimes/real-postgres'
import { startServer } from '../test/runtimes/server-process'
import { type CpuTime, startCpuTime } from './cpu-time'
import { median, rateOf } from './rate'

/** Each is measured so often, by turns, so that a machine that slows down slows all of them. */
const rounds = 3

interface Measured extends CpuTime {
  perSecond: number
}

/** A process like the server that only hashes. */
export const startHashing = () => {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/hashes.ts`], { stdin: 'pipe', stdout: 'pipe' })
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader()
  return {
    pid: child.pid,
    rate: async (): Promise<number> => {
      child.stdin.write('\n')
      child.stdin.flush()
      return Number((await answers.read()).value)
    },
    [Symbol.dispose]: () => child.kill(),
  }
}

/** A server on a database of its own, so that nobody else works its jobs. */
const start = async (settings: Record<string, string>) => {
  const resources = new AsyncDisposableStack()
  const database = resources.use(await openRealDatabase())
  const usual = { DATABASE_URL: database.url, EMAIL_VERIFICATION: 'required', LOG_LEVEL: 'warn' }
  const { pid, url } = resources.use(await startServer({ ...usual, ...settings }))
  return { pid, url, sql: database.sql, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

const register = (url: string) => async (): Promise<true> => {
  const response = await post(url, '/auth/register', { email: newAddress(), password })
  await response.arrayBuffer()
  if (response.status !== 202) throw new Error(`A registration was answered with ${response.status}.`)
  return true
}

/** Until no mail is left to send, so that it burdens nobody else's turn. */
const waitForMails = async (sql: postgres.Sql): Promise<void> => {
  const isBusy = async () => (await sql`select 1 from pgboss.job where state < 'completed' limit 1`).length > 0
  while (await isBusy()) await Bun.sleep(100)
}

const measure = async (sql: postgres.Sql, pid: number, work: () => Promise<number>): Promise<Measured> => {
  const startedAt = performance.now()
  const stop = await startCpuTime(pid, sql)
  const perSecond = await work()
  const times = await stop()
  const done = (perSecond * (performance.now() - startedAt)) / 1000
  return { perSecond, server: times.server / done, postgres: times.postgres / done, client: times.client / done }
}

const middle = (all: Measured[]): Measured => ({
  perSecond: median(all.map(({ perSecond }) => perSecond)),
  server: median(all.map(({ server }) => server)),
  postgres: median(all.map(({ postgres }) => postgres)),
  client: median(all.map(({ client }) => client)),
})

/**
 * Registrations where addresses must be proved, beside Argon2id alone. All of it shares the cores of this machine, so
 * the CPU time of each tells what would be left of it elsewhere.
 */
export const measureRegistration = async () => {
  using hashing = startHashing()
  await using working = await start({ WORK_JOBS: 'on' })
  await using answering = await start({ WORK_JOBS: 'off' })
  const turns = [
    { title: 'Argon2id alone', ...working, pid: hashing.pid, work: hashing.rate },
    { title: 'register, mail included', ...working, work: () => rateOf(register(working.url)) },
    { title: 'register', ...answering, work: () => rateOf(register(answering.url)) },
  ]
  const measured = new Map<string, Measured[]>(turns.map(({ title }) => [title, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const { title, sql, pid, work } of turns) {
      const figures = await measure(sql, pid, work)
      await waitForMails(working.sql)
      // The first round warms up.
      if (round > 0) measured.get(title)?.push(figures)
    }
  }
  const bare = middle(measured.get('Argon2id alone') ?? [])
  return [...measured].map(([operation, all]) => {
    const { perSecond, server, postgres, client } = middle(all)
    return {
      operation,
      'per second': Math.round(perSecond),
      ratio: (perSecond / bare.perSecond).toFixed(2),
      'server ms': (server * 1000).toFixed(1),
      'Postgres ms': (postgres * 1000).toFixed(1),
      'client ms': (client * 1000).toFixed(1),
      'client elsewhere': (bare.server / (server + postgres)).toFixed(2),
      'both elsewhere': (bare.server / server).toFixed(2),
    }
  })
}
