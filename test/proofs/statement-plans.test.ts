import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { queues } from '#core/queues'
import { type Examined, openExaminedPostern } from './examined-postern'
import { countIndexes, findLargeTables } from './large-tables'
import { largeTables, openLoadedDatabase } from './loaded-database'
import { useEverything } from './use-everything'

const resources = new AsyncDisposableStack()
let examined: Examined[]
/** Tables that grow with use, and partitions of them that have grown. */
let large: Set<string>
/** Indexes of the partition that the loaded record is in. */
let recordIndexes: number

beforeAll(async () => {
  const startedAt = performance.now()
  const database = resources.use(await openLoadedDatabase())
  console.log(`Loaded in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  const found = await findLargeTables(database.sql)
  expect([...found.values()]).toContain('audit_event')
  large = new Set([...largeTables, ...found.keys()])
  recordIndexes = await countIndexes(database.sql, 'audit.security_before')
  const postern = resources.use(await openExaminedPostern(database))
  examined = postern.examined
  await useEverything(postern)
  await postern.maintain()
  // The provider is back: all that waited is due at once.
  await database.sql`update pgboss.job set start_after = now() where state = 'retry'`
  await postern.workOne()
}, 900_000)

afterAll(() => resources.disposeAsync())

/** Statements that differ only in names are one; of each, what it cost most. */
const summarize = (statements: Examined[]): Examined[] => {
  const byText = new Map<string, Examined>()
  for (const statement of statements) {
    const text = statement.text.replaceAll(/'[^']*'/g, "''")
    const known = byText.get(text)
    if (!known || known.pages < statement.pages) byText.set(text, statement)
  }
  return [...byText.values()].sort((a, b) => b.pages - a.pages)
}

const print = (title: string, statements: Examined[]) => {
  const costliest = summarize(statements)
  console.log(`${title}: ${statements.length} statements, ${costliest.length} of them different. Most pages:`)
  for (const { cause, text, pages, milliseconds } of costliest.slice(0, 5)) {
    console.log(`  ${pages} pages, ${milliseconds.toFixed(2)} ms, ${cause}: ${text.slice(0, 90)}`)
  }
}

const isOfRequest = ({ cause }: Examined) => /^[A-Z]+ \/|^operator$/.test(cause)
const isOfJob = ({ cause }: Examined) => cause.includes('job')

const findScans = (statements: Examined[]) =>
  summarize(statements.filter(({ scans }) => scans.some((table) => large.has(table)))).map(
    ({ cause, scans, text }) => `${cause} scans ${scans.join(', ')}: ${text.slice(0, 120)}`,
  )

const findCostly = (statements: Examined[], mostPages: number | ((statement: Examined) => number)) => {
  const most = typeof mostPages === 'number' ? () => mostPages : mostPages
  return summarize(statements.filter((statement) => statement.pages > most(statement))).map(
    ({ cause, pages, text }) => `${cause} touches ${pages} pages: ${text.slice(0, 120)}`,
  )
}

/** The search for what is due looks into the index of jobs once for each queue. */
const mostOfJob = ({ text }: Examined) =>
  text.startsWith('select known.name from (values') ? 4 * Object.keys(queues).length : 100

/**
 * So many pages for each row that housekeeping deletes, of each table up to 500. A personal part that it destroys leaves its row, which
 * is entered into each index anew, through three pages at most.
 */
const mostOfHousekeeping = ({ text }: Examined) =>
  text.startsWith('update audit_event')
    ? 500 * (5 + 3 * recordIndexes)
    : 500 * 20 * Math.max(1, text.match(/delete from/g)?.length ?? 1)

describe('with 100,000 accounts', () => {
  test('no request reads a table from end to end, nor touches more than 180 pages in a statement', () => {
    const statements = examined.filter(isOfRequest)
    print('Requests', statements)
    expect(statements.length).toBeGreaterThan(30)
    expect(findScans(statements)).toEqual([])
    // A log-in by code does most in one statement: counts, consumes, proves, judges, opens, records and notifies.
    expect(findCostly(statements, 180)).toEqual([])
  })

  test('nor does a job, the search for it included, while 50,000 others wait or are due', () => {
    const statements = examined.filter(isOfJob)
    print('Jobs', statements)
    expect(statements.length).toBeGreaterThan(30)
    expect(findScans(statements)).toEqual([])
    expect(findCostly(statements, mostOfJob)).toEqual([])
  })

  test('housekeeping reads no table from end to end, and touches at most 20 pages for each row it deletes', () => {
    const statements = examined.filter(({ cause }) => cause === 'maintenance')
    print('Maintenance', statements)
    expect(statements.some(({ text }) => text.startsWith('delete from session'))).toBe(true)
    expect(findScans(statements)).toEqual([])
    expect(findCostly(statements, mostOfHousekeeping)).toEqual([])
  })
})
