import { availableParallelism } from 'node:os'
import { devDependencies } from '../package.json'
import { findPostgres } from '../test/support/postgres'
import { openBetterAuth } from './contenders/better-auth'
import { openHandWritten } from './contenders/hand-written'
import { startHashing } from './contenders/hashing'
import { openLimits } from './contenders/limits'
import { names } from './contenders/names'
import { openPostern } from './contenders/postern'
import type { Lane } from './load/lane'
import { measureDistances } from './measure-distance'
import { measureLatencies } from './measure-latency'
import { measureThroughput, type Pace, type Turn, turnOf } from './measure-throughput'
import { readMemory } from './memory'
import { judge } from './ratios'
import { writeCharts } from './report/charts'
import type { Memory, Results } from './report/results'
import { describeResults } from './report/tables'
import { writeSection } from './report/write-section'
import { tell } from './tell'

/**
 * Postern beside better-auth, a hand-written server and the limits of the runtime: all of them on this machine and one Postgres,
 * by turns. Prints the tables and writes them into docs/performance.md with their charts.
 *
 * bun run bench [--check] [--brief]
 *   --check  exits with 1 if a promise is not kept
 *   --brief  takes a minute or two, to see that it runs; the page stays as it is
 */
const isBrief = process.argv.includes('--brief')

const pace: Pace = isBrief
  ? { seconds: 0.1, hashSeconds: 0.1, warmSeconds: 0.2, openSeconds: 0.3, openHashSeconds: 1, rounds: {} }
  : {
      seconds: 0.5,
      hashSeconds: 0.8,
      warmSeconds: 5,
      openSeconds: 1.5,
      openHashSeconds: 4,
      rounds: { 1: 3, 16: 5, 64: 3 },
    }

/** The hash alone, beside each operation that hashes. */
const turnsOfHashing = (resources: AsyncDisposableStack, { server }: Lane): Turn[] => {
  const { pid, hash } = startHashing(resources)
  return (['register', 'log in'] as const).map((operation) => ({
    ...{ operation, contender: names.argon2id, pid, sql: server.sql, hashes: true },
    run: async (_, seconds) => {
      const hashed = await hash(seconds)
      return { requests: hashed.done, seconds: hashed.seconds, medianMs: Number.NaN }
    },
  }))
}

const readMemories = async (servers: Map<string, number>) =>
  Promise.all([...servers].map(async ([contender, pid]) => ({ contender, memory: await readMemory(pid) })))

const withMemory = async <Measured>(servers: Map<string, number>, measure: () => Promise<Measured>) => {
  const before = await readMemories(servers)
  const measured = await measure()
  const after = await readMemories(servers)
  const memory = after.flatMap(({ contender, memory: then }, index): Memory[] => {
    const started = before[index]?.memory
    return started && then ? [{ contender, started: started.now, loaded: then.now, most: then.most }] : []
  })
  return { measured, memory }
}

const describeMachine = async ({ server }: Lane): Promise<string> => {
  const [row] = await server.sql<{ server_version: string }[]>`show server_version`
  const postgres = row?.server_version.split(' ')[0]
  const bun = `Bun ${Bun.version}, better-auth ${devDependencies['better-auth']}, PostgreSQL ${postgres} as it is installed`
  return `${availableParallelism()} cores, which servers, Postgres and the generator share; ${bun}.`
}

const measureNear = async () => {
  await using resources = new AsyncDisposableStack()
  const ours = await openPostern(resources)
  const [first] = ours
  if (!first) throw new Error('Postern has no operations.')
  const theirs = [
    await openBetterAuth(resources, names.drizzle),
    await openBetterAuth(resources, names.pg),
    await openHandWritten(resources),
  ]
  const lanes = [...ours, ...theirs.flat(), ...(await openLimits(resources, first.server.sql))]
  const servers = new Map([ours, ...theirs].flatMap(([lane]) => (lane ? [[lane.contender, lane.server.pid]] : [])))
  const { measured, memory } = await withMemory(servers, async () => {
    const turns = [...lanes.map(turnOf), ...turnsOfHashing(resources, first)]
    const cells = await measureThroughput(turns, pace)
    tell('how long answers take')
    return { cells, latencies: await measureLatencies(lanes, cells, pace) }
  })
  return { ...measured, memory, machine: await describeMachine(first) }
}

const measureAll = async (): Promise<Results> => {
  const startedAt = performance.now()
  // All find the same one by this, even where it has to be started.
  await using resources = new AsyncDisposableStack()
  const postgres = await findPostgres()
  resources.defer(() => postgres.stop())
  process.env.TEST_DATABASE_URL = postgres.url
  const near = await measureNear()
  tell('Postgres 20 ms away')
  const distances = await measureDistances()
  const minutes = (performance.now() - startedAt) / 60_000
  return { ...near, distances, minutes, judgements: judge(near.cells, distances) }
}

const results = await measureAll()
const text = describeResults(results)
console.log(text)
if (!isBrief) {
  await writeSection('sides', text)
  await writeCharts(results)
}
if (process.argv.includes('--check') && results.judgements.some(({ isMet }) => !isMet)) process.exitCode = 1
