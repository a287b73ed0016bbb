import { join } from 'node:path'
import postgres from 'postgres'
import { openRealDatabase, type RealDatabase } from '../test/runtimes/real-postgres'
import { writeSection } from './report/write-section'
import { describeScale, mostGrowth, settingOf, sizesOf } from './scale/describe-scale'
import { examineScale } from './scale/examine-scale'
import { loadScale, type Step } from './scale/load-scale'
import { growthOf, measureScale } from './scale/measure-scale'
import { large, small } from './scale/people'
import { openSide } from './scale/side'

/**
 * The hot requests with a thousand accounts and with very many, side by side.
 *
 * ACCOUNTS=1000000 SESSIONS=5000000 RECORDS=20000000 bun bench/scale.ts
 *
 * KEEP=on leaves the large database when it ends, and says how it is used again: LARGE_DATABASE_URL takes one that was loaded before, and
 * leaves it too. TEST_DATABASE_URL says which Postgres.
 */
const { KEEP, LARGE_DATABASE_URL } = process.env

await using resources = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await resources.disposeAsync()
    process.exit(1)
  })
}

/** A database that was loaded before. */
const openNamed = (url: string): RealDatabase => {
  const sql = postgres(url, { onnotice: () => {} })
  return { url, sql, [Symbol.asyncDispose]: () => sql.end() }
}

/** A new one, which goes when this ends, unless it is loaded and shall stay. */
const openLoaded = async (): Promise<{ database: RealDatabase; steps: Step[] }> => {
  const database = await openRealDatabase()
  let stays = false
  resources.defer(() => (stays ? database.sql.end() : database[Symbol.asyncDispose]()))
  const steps = await loadScale(database.url, large)
  stays = KEEP === 'on'
  if (stays) console.log(`It stays: LARGE_DATABASE_URL=${database.url}`)
  return { database, steps }
}

const { database, steps } = LARGE_DATABASE_URL
  ? { database: resources.use(openNamed(LARGE_DATABASE_URL)), steps: [] }
  : await openLoaded()
const little = resources.use(await openRealDatabase())
await loadScale(little.url, small)
const sides = [
  resources.use(await openSide('small', small, little)),
  resources.use(await openSide('large', large, database)),
] as const
const sizes = await sizesOf(database)
const measured = await measureScale(...sides)
const plans = await examineScale(database)

console.table(
  measured.map(({ title, small, large }) => ({
    request: title,
    'growth of ms alone': growthOf(small.latencies, large.latencies).toFixed(2),
    'of ms in Postgres': growthOf(small.statements, large.statements).toFixed(2),
    'of ms at 16': (1 / growthOf(small.rates, large.rates)).toFixed(2),
  })),
)
for (const scan of plans.scans) console.log(scan)
const run = { small, large, steps, sizes, measured, plans }
const sharedBuffers = await settingOf(database, 'shared_buffers')
const autovacuum = await settingOf(database, 'autovacuum')
const version = (await settingOf(database, 'server_version')).split(' ')[0] ?? ''
await writeSection('scale', describeScale({ ...run, sharedBuffers, autovacuum, version }))
console.log(`Written to ${join('docs', 'performance.md')}`)
const grown = measured.filter(({ small, large }) => growthOf(small.latencies, large.latencies) > mostGrowth)
if (grown.length > 0) console.log(`Past ${mostGrowth}: ${grown.map(({ title }) => title).join(', ')}`)
if (plans.scans.length > 0) process.exitCode = 1
