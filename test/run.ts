import { chmodSync } from 'node:fs'
import { findNode } from '../deploy/node'
import { buildWorkers } from './support/build-workers'
import { makeTemporaryFolder, removeTemporaryFolders } from './support/folders'
import { listParts, type Part } from './support/parts'
import { createDatabase, findPostgres, type PostgresServer } from './support/postgres'
import { findRedis } from './support/redis'
import { killParts, type Outcome, runPart } from './support/run-part'

/**
 * Runs every suite on everything it is meant to run on; its last line is the sum. Words after the command leave out all
 * parts but those with one of them in their title: `bun run test workerd`.
 */
const words = process.argv.slice(2).map((word) => word.toLowerCase())

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

const attempt = async <T>(work: () => T | Promise<T>): Promise<{ value: T } | { reason: string }> => {
  try {
    return { value: await work() }
  } catch (error) {
    return { reason: messageOf(error) }
  }
}

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true
    killParts()
  })
}

const postgres = await attempt(findPostgres)
const redis = await attempt(findRedis)
const node = await attempt(findNode)

/** Why a part can't run here, if it can't. */
const obstacleTo = ({ title, files, onPostgres, onRedis, needsNode }: Part): string | undefined => {
  if (words.length > 0 && !words.some((word) => title.toLowerCase().includes(word))) return 'not asked for'
  if (files.length === 0) return 'there is no such suite'
  if (onPostgres && 'reason' in postgres) return `there is no Postgres: ${postgres.reason}`
  if (onRedis && 'reason' in redis) return `there is no Redis: ${redis.reason}`
  if (needsNode && 'reason' in node) return node.reason
  return undefined
}

/** Scratch space of a part; a Postgres that a test starts is another user and finds its files there. */
const makeScratchFolder = (): string => {
  const folder = makeTemporaryFolder()
  chmodSync(folder, 0o711)
  return folder
}

let workers: Promise<string> | undefined

/** Where the Workers are built, for a part that runs them. */
const workersFor = async ({ needsNode }: Part): Promise<Record<string, string>> => {
  if (!needsNode) return {}
  workers ??= buildWorkers()
  return { TEST_WORKERS: await workers }
}

const runOn = async (part: Part, server: PostgresServer | undefined): Promise<Outcome> => {
  const settings = {
    ...(await workersFor(part)),
    TMPDIR: makeScratchFolder(),
    ...(part.onRedis && 'value' in redis && { TEST_REDIS_URL: redis.value.url }),
  }
  if (!part.onPostgres || !server) return runPart(part, settings)
  const database = await createDatabase(server.url)
  try {
    return await runPart(part, { ...settings, TEST_DATABASE_URL: database.url })
  } finally {
    await database.drop()
  }
}

const sum = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
const failed: { part: Part; outcome: Outcome }[] = []
const leftOut: string[] = []
const server = 'value' in postgres ? postgres.value : undefined
console.log(`Postgres: ${server?.origin ?? 'none'}`)
console.log(`Redis: ${'value' in redis ? redis.value.origin : 'none'}`)

const run = async (part: Part): Promise<void> => {
  const obstacle = interrupted ? 'the run was interrupted' : obstacleTo(part)
  if (obstacle) {
    leftOut.push(`${part.title}: ${obstacle}`)
    return
  }
  if (!part.runsBeside) console.log(`\n=== ${part.title} ===\n`)
  const ran = await attempt(() => runOn(part, server))
  if ('reason' in ran) console.log(`This part broke: ${ran.reason}`)
  const outcome =
    'value' in ran ? ran.value : { passed: 0, failed: 1, skipped: 0, failures: [ran.reason], failedFiles: [] }
  for (const count of ['passed', 'failed', 'skipped'] as const) sum[count] += outcome[count]
  if (outcome.failed > 0) failed.push({ part, outcome })
}

/** So many files may have failed by what else the machine did; of more than that none is tried again. */
const mostTriedAgain = 3

/**
 * Runs the files of a part in which something failed once more, alone. What passes then counts as passed, and is told as
 * unsteady with how it failed: it is a defect of the test, or a race, and nobody's change.
 */
const tryAgain = async ({ part, outcome }: { part: Part; outcome: Outcome }): Promise<void> => {
  const told = outcome.failures.map((failure) => `In “${part.title}”:\n${failure}`)
  const files = outcome.failedFiles
  if (files.length === 0 || interrupted || files.length > mostTriedAgain) return void failures.push(...told)
  console.log(`\n=== ${part.title}, once more: ${files.join(', ')} ===\n`)
  const ran = await attempt(() => runOn({ ...part, files, runsBeside: false }, server))
  if ('reason' in ran || ran.value.failed > 0 || ran.value.passed === 0) return void failures.push(...told)
  sum.passed += outcome.failed
  sum.failed -= outcome.failed
  failures.push(...told.map((failure) => `Unsteady, it passed when it was tried again. ${failure}`))
}

/** How many parts run at a time, of those that may. */
const lanes = 2
const parts = listParts()
// What runs Workers takes longest, so it goes first.
const besides = parts
  .filter(({ runsBeside }) => runsBeside)
  .toSorted((a, b) => Number(b.needsNode ?? false) - Number(a.needsNode ?? false))
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let part = besides.shift(); part; part = besides.shift()) await run(part)
  }),
)
for (const part of parts.filter(({ runsBeside }) => !runsBeside)) await run(part)
for (const one of failed) await tryAgain(one)

await server?.stop()
if ('value' in redis) await redis.value.stop()
removeTemporaryFolders()
if (leftOut.length > 0) console.log(`\nLeft out:\n${leftOut.map((line) => `  ${line}`).join('\n')}`)
for (const failure of failures) console.log(`\n${failure}`)
console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`)
process.exit(sum.failed > 0 || interrupted ? 1 : 0)
