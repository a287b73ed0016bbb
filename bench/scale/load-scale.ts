import postgres from 'postgres'
import { createNativeHasher } from '#platform/argon2-native'
import { password } from '../../test/runtimes/account'
import { attachRecords, insertRecords } from './load-records'
import { insertAccounts, insertPasswords, insertRoles, insertSessions, type Scale } from './people'
import { setIndexesAside } from './set-indexes-aside'

/** How long a step took. */
export interface Step {
  step: string
  seconds: number
}

/** What makes it fast, on each connection: nothing of it may be lost but by a crash, after which it is loaded again. */
const connection = {
  application_name: 'a bench',
  synchronous_commit: 'off',
  maintenance_work_mem: '512MB',
  max_parallel_maintenance_workers: 2,
  work_mem: '256MB',
  statement_timeout: 0,
}

const loadAll = async (sql: postgres.Sql, scale: Scale, now: Date): Promise<Step[]> => {
  const steps: Step[] = []
  const time = async (step: string, work: () => Promise<unknown>) => {
    const startedAt = performance.now()
    await work()
    const seconds = (performance.now() - startedAt) / 1000
    steps.push({ step, seconds })
    if (seconds > 5) console.log(`${step}: ${seconds.toFixed(0)} s`)
  }
  const hash = await (await createNativeHasher()).hash(password)
  const restores: (() => Promise<void>)[] = []
  for (const table of ['"user"', 'password', 'role_assignment', 'session'])
    restores.push(await setIndexesAside(sql, table))
  const accounts = async () => {
    await sql.unsafe(insertAccounts(now, scale))
    await sql.unsafe(insertPasswords(hash))
    await sql.unsafe(insertRoles)
  }
  await time('accounts, passwords, roles and sessions', () =>
    Promise.all([accounts(), sql.unsafe(insertSessions(now, scale))]),
  )
  await time('their indexes and foreign keys', () => Promise.all(restores.map((restore) => restore())))
  await time('audit records', () => insertRecords(sql, now, scale))
  await time('the nine indexes of audit records', () => attachRecords(sql, now))
  await time('vacuum analyze', () => sql.unsafe('vacuum (analyze, parallel 2)'))
  await time('checkpoint', () => sql.unsafe('checkpoint'))
  return steps
}

/**
 * Fills a database that has our schema and nothing else, as one of an installation that began a year ago: accounts that can all log in
 * (with the password of tests), sessions and audit records. Indexes are built when the rows are there, and end as they were.
 * @returns how long each step took
 */
export const loadScale = async (url: string, scale: Scale): Promise<Step[]> => {
  const sql = postgres(url, { max: 4, onnotice: () => {}, connection, fetch_types: false })
  try {
    return await loadAll(sql, scale, new Date())
  } finally {
    await sql.end({ timeout: 5 })
  }
}
