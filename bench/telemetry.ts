import { resolve } from 'node:path'
import { type Account, get, registerAccount } from '../test/runtimes/account'
import { openRealDatabase } from '../test/runtimes/real-postgres'
import { secret } from '../test/runtimes/server-process'
import { repository } from '../test/support/folders'
import { findFreePort } from '../test/support/free-port'
import { bareEnvironment } from '../test/support/server'
import { startCpuTime } from './cpu-time'
import { concurrency, median, rateOf } from './rate'

/**
 * What telemetry costs the session check (`GET /v1/me` with a bearer): servers side by side on one database, measured by
 * turns, so that whatever slows the machine down slows all of them; and all of them started anew a few times, since of two
 * processes that do the same one may be a tenth slower for its whole life.
 *
 * bun bench/telemetry.ts [folder of a build without any telemetry] [how often they are started]
 */
const [folder, generations = '3'] = process.argv.slice(2)

const startSeconds = 60
/** Short and many: what else the machine does meanwhile then falls on all alike. */
const secondsEach = 1.5
const roundsEach = 5
/** Until then a process still compiles what it runs, on the cores that are measured. */
const warmSeconds = 10

const usual = {
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  BASE_URL: 'http://postern.test',
  EMAIL_VERIFICATION: 'optional',
  SECRET: secret,
  LOG_LEVEL: 'warn',
  WORK_JOBS: 'off',
}

/** A server, and with what settings it is started. */
interface Contender {
  name: string
  cwd: string
  settings: Record<string, string>
  perSecond: number[]
  /** CPU of the server for a request, in microseconds. */
  cpu: number[]
}

interface Running extends AsyncDisposable {
  url: string
  pid: number
}

const isLive = async (url: string) => (await fetch(`${url}/health/live`).catch(() => undefined))?.ok === true

/** Starts the server of a folder and waits until it answers. */
const start = async ({ cwd, settings }: Contender): Promise<Running> => {
  const port = String(findFreePort())
  const url = `http://127.0.0.1:${port}`
  const child = Bun.spawn([process.execPath, '--no-orphans', '--no-env-file', 'src/bun.ts'], {
    cwd,
    env: { ...bareEnvironment(), ...usual, ...settings, PORT: port },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const end = async () => {
    child.kill()
    await child.exited
  }
  for (const giveUpAt = Date.now() + startSeconds * 1000; !(await isLive(url)); await Bun.sleep(50)) {
    if (child.exitCode === null && Date.now() < giveUpAt) continue
    await end()
    throw new Error(`The server of ${cwd} did not start.`)
  }
  return { url, pid: child.pid, [Symbol.asyncDispose]: end }
}

const startSink = async () => {
  const child = Bun.spawn([process.execPath, '--no-orphans', `${import.meta.dir}/telemetry-sink.ts`], {
    stdout: 'pipe',
  })
  const { value } = await child.stdout.getReader().read()
  return { url: new TextDecoder().decode(value).trim(), [Symbol.dispose]: () => child.kill() }
}

const succeed = async (request: Promise<Response>): Promise<true> => {
  const response = await request
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return true
}

await using database = await openRealDatabase()
using sink = await startSink()
const contender = (name: string, settings: Record<string, string>, cwd = repository): Contender => ({
  ...{ name, cwd, perSecond: [], cpu: [] },
  settings: { DATABASE_URL: database.url, ...settings },
})
const traced = (ratio: string) => ({
  METRICS: 'on',
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  OTEL_TRACES_SAMPLER_ARG: ratio,
})
const off = contender('off', { METRICS: 'off' })
const without = folder ? contender('without', {}, resolve(folder)) : null
const contenders = [
  off,
  contender('metrics', { METRICS: 'on' }),
  contender('metrics, a tenth of the traces', traced('0.1')),
  contender('metrics, all traces', traced('1')),
  ...(without ? [without] : []),
]

const people: Account[] = []
const tokenOf = (worker: number): string => people[worker]?.accessToken ?? ''
const check = ({ url }: Running, seconds: number) =>
  rateOf((worker) => succeed(get(url, '/v1/me', tokenOf(worker))), seconds)

const measure = async ({ perSecond, cpu }: Contender, server: Running): Promise<void> => {
  const startedAt = performance.now()
  const stop = await startCpuTime(server.pid, database.sql)
  const rate = await check(server, secondsEach)
  const requests = (rate * (performance.now() - startedAt)) / 1000
  perSecond.push(rate)
  cpu.push(((await stop()).server * 1e6) / requests)
}

/** Starts all of them, and measures each in its turn: whoever comes first has the others' leftovers to bear. */
const measureGeneration = async (): Promise<void> => {
  await using resources = new AsyncDisposableStack()
  const running = await Promise.all(contenders.map(async (one) => ({ one, server: resources.use(await start(one)) })))
  const url = running[0]?.server.url ?? ''
  while (people.length < concurrency) people.push(await registerAccount(url))
  for (const { server } of running) await check(server, warmSeconds)
  for (let round = 0; round < roundsEach; round += 1) {
    const turn = round % running.length
    for (const { one, server } of [...running.slice(turn), ...running.slice(0, turn)]) await measure(one, server)
  }
}

for (let generation = 0; generation < Number(generations); generation += 1) await measureGeneration()

const yardstick = without ?? off
const quotients = (mine: number[], theirs: number[]) =>
  mine.map((value, round) => value / (theirs[round] ?? Number.NaN))
const percent = (quotient: number) => `${((quotient - 1) * 100).toFixed(1)} %`

console.log(
  `GET /v1/me, ${concurrency} at a time, medians of ${Number(generations) * roundsEach} rounds, beside “${yardstick.name}” round by round`,
)
console.table(
  contenders.map(({ name, perSecond, cpu }) => ({
    server: name,
    'per second': Math.round(median(perSecond)),
    throughput: percent(median(quotients(perSecond, yardstick.perSecond))),
    'CPU, µs each': Math.round(median(cpu)),
    CPU: percent(median(quotients(cpu, yardstick.cpu))),
  })),
)
