import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#db/database'
import { gaveUpLock } from './database-problems'
import type { Patience } from './migrate-in-transaction'

export interface ConcurrentBuild {
  text: string
  /** Its name as SQL writes it, with its schema if the table is named with one. */
  name: string
}

const lookEveryMs = 1000
const tellEveryMs = 5000

const createIndex =
  /^create (?:unique )?index concurrently (?:if not exists )?("?\w+"?) on (?:only )?(?:("?\w+"?)\.)?"?\w+"?/i

/** The index that a statement builds concurrently, if it does. */
export const parseBuild = (text: string): ConcurrentBuild | undefined => {
  const [, name, schema] = createIndex.exec(text) ?? []
  return name === undefined ? undefined : { text, name: schema === undefined ? name : `${schema}.${name}` }
}

interface BuildProgress {
  pid: number
  phase: string
  done: number
  total: number
}

const findProgress = async (db: Database, { name }: ConcurrentBuild): Promise<BuildProgress | undefined> => {
  const rows = await db.run(
    `select pid::float8 as pid, phase, greatest(blocks_done, tuples_done, lockers_done)::float8 as done,
       greatest(blocks_total, tuples_total, lockers_total)::float8 as total
     from pg_stat_progress_create_index where datname = current_database() and index_relid = to_regclass($1)`,
    [name],
    'objects',
  )
  // The text above says what a row is.
  return rows[0] as BuildProgress | undefined
}

const describe = ({ name }: ConcurrentBuild, { phase, done, total }: BuildProgress): string =>
  total > 0 ? `${name}: ${phase}, ${Math.floor((done / total) * 100)} %` : `${name}: ${phase}`

/** Says now and then how far it is, until `stop`. */
const watchProgress = (db: Database, index: ConcurrentBuild, tell: (line: string) => void) => {
  let isOver = false
  const watching = (async () => {
    for (let told = Date.now(); !isOver; await sleep(Math.min(lookEveryMs, 200))) {
      if (Date.now() - told < tellEveryMs) continue
      told = Date.now()
      const progress = await findProgress(db, index).catch(() => undefined)
      if (progress) tell(describe(index, progress))
    }
  })()
  return {
    [Symbol.asyncDispose]: async () => {
      isOver = true
      await watching
    },
  }
}

/** The server may still be at it, for somebody who is gone: then it is waited for. */
const untilNobodyBuilds = async (db: Database, index: ConcurrentBuild, tell: (line: string) => void): Promise<void> => {
  for (let round = 0; ; round += 1) {
    const progress = await findProgress(db, index)
    if (!progress) return
    if (round % 5 === 0)
      tell(`${describe(index, progress)}; pid ${progress.pid} builds it already, so it is waited for.`)
    await sleep(lookEveryMs)
  }
}

const findState = async (db: Database, { name }: ConcurrentBuild): Promise<'valid' | 'invalid' | 'absent'> => {
  const [row] = await db.run(
    'select indisvalid::text from pg_index where indexrelid = to_regclass($1)',
    [name],
    'arrays',
  )
  if (!Array.isArray(row)) return 'absent'
  return row[0] === 'true' ? 'valid' : 'invalid'
}

const attempt = async (db: Database, index: ConcurrentBuild, tell: (line: string) => void): Promise<void> => {
  await untilNobodyBuilds(db, index, tell)
  const state = await findState(db, index)
  if (state === 'valid') return
  if (state === 'invalid') {
    tell(`${index.name} was left half built: it is dropped and built again.`)
    await db.run(`drop index concurrently if exists ${index.name}`, [], 'arrays')
  }
  await using _progress = watchProgress(db, index, tell)
  await db.run(index.text, [], 'arrays')
}

/**
 * Builds an index while people read and write. One that is there already is left as it is; one that a build left behind when
 * it broke off is dropped and built again.
 * @throws what Postgres refuses, such as a value that is twice in a unique index
 */
export const buildConcurrently = async (
  db: Database,
  index: ConcurrentBuild,
  { patienceSeconds, tell }: Patience,
): Promise<void> => {
  for (const giveUpAt = Date.now() + patienceSeconds * 1000; ; ) {
    try {
      return await attempt(db, index, tell)
    } catch (error) {
      if (!gaveUpLock(error) || Date.now() > giveUpAt) throw error
      tell(`${index.name} lost to others’ locks and is built again.`)
      await sleep(lookEveryMs)
    }
  }
}
