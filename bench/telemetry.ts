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
 * turns, so that whatever slows the machine down slows all of them.
 *
 * bun bench/telemetry.ts [folder of a build without any telemetry] [rounds]
 */
const [folder, rounds = '15'] = process.argv.slice(2)

const startSeconds = 60
/** Short and many: what else the machine does meanwhile then falls on all alike. */
const secondsEach = 1.5

const usual = {
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  BASE_URL: 'http://postern.test',
  EMAIL_VERIFICATION: 'optional',
  SECRET: secret,
  LOG_LEVEL: 'warn',
  WORK_JOBS: 'off',
}

interface Contender extends AsyncDisposable {
  name: string
  url: string
  pid: number
  perSecond: number[]
  /** CPU of the server for a request, in microseconds. */
  cpu: number[]
}

const isLive = async (url: string) => (await fetch(`${url}/health/live`).catch(() => undefined))?.ok === true

/** Starts the server of a folder and waits until it answers. */
const start = async (name: string, cwd: string, settings: Record<string, string>): Promise<Contender> => {
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
  return { name, url, pid: child.pid, perSecond: [], cpu: [], [Symbol.asyncDispose]: end }
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
const onDatabase = { DATABASE_URL: database.url }
const traced = (ratio: string) => ({
  ...onDatabase,
  METRICS: 'on',
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  OTEL_TRACES_SAMPLER_ARG: ratio,
})
await using off = await start('off', repository, { ...onDatabase, METRICS: 'off' })
await using metrics = await start('metrics', repository, { ...onDatabase, METRICS: 'on' })
await using some = await start('metrics, a tenth of the traces', repository, traced('0.1'))
await using all = await start('metrics, all traces', repository, traced('1'))
await using without = folder ? await start('without', resolve(folder), onDatabase) : null
const contenders = [off, metrics, some, all, ...(without ? [without] : [])]

const people: Account[] = await Promise.all(Array.from({ length: concurrency }, () => registerAccount(off.url)))
const tokenOf = (worker: number): string => people[worker]?.accessToken ?? ''
const check = ({ url }: Contender) => rateOf((worker) => succeed(get(url, '/v1/me', tokenOf(worker))), secondsEach)

const measure = async (contender: Contender): Promise<void> => {
  const startedAt = performance.now()
  const stop = await startCpuTime(contender.pid, database.sql)
  const rate = await check(contender)
  const requests = (rate * (performance.now() - startedAt)) / 1000
  contender.perSecond.push(rate)
  contender.cpu.push(((await stop()).server * 1e6) / requests)
}

for (const contender of contenders) await check(contender)
for (let round = 0; round < Number(rounds); round += 1) {
  // Whoever comes first has the others' leftovers to bear: each does in its turn.
  const turn = round % contenders.length
  for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) await measure(contender)
}

const yardstick = without ?? off
const quotients = (mine: number[], theirs: number[]) =>
  mine.map((value, round) => value / (theirs[round] ?? Number.NaN))
const percent = (quotient: number) => `${((quotient - 1) * 100).toFixed(1)} %`

console.log(
  `GET /v1/me, ${concurrency} at a time, medians of ${rounds} rounds, beside “${yardstick.name}” round by round`,
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
