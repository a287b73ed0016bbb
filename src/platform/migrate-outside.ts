import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#db/database'
import { recordApplied } from './applied-migrations'
import { buildConcurrently, parseBuild } from './build-concurrently'
import { inStatement, type Patience } from './migrate-in-transaction'
import type { Migration, MigrationStatement } from './migration-files'

/** How long nothing is said, in milliseconds. */
const tellEveryMs = 5000
/** A batch that holds its rows for longer holds people up, in milliseconds. */
const longestBatchMs = 500

/** What may be begun again after it broke off; a test of all migrations holds them to it. */
const repeatable = [
  /^create (unique )?index concurrently /i,
  /^drop index concurrently if exists /i,
  /^alter table [\w".]+ validate constraint /i,
]

/** Why a statement can't be run outside a transaction, if it can't. */
export const findUnrepeatable = ({ statements }: Migration): string | undefined =>
  statements.find(({ text, isInBatches }) => !isInBatches && !repeatable.some((allowed) => allowed.test(text)))?.text

const keyIn = (row: unknown): string | null => {
  const [key] = Array.isArray(row) ? row : []
  return typeof key === 'string' ? key : null
}

/**
 * Runs a statement again and again, each time in a transaction of its own and from the key on that it gave last, until it
 * gives none. Rests as long as it worked, so that people have at least half of the database.
 */
const runInBatches = async (db: Database, text: string, tell: (line: string) => void, rests: boolean) => {
  let told = Date.now()
  let isWarned = false
  for (let [key, count]: [string | null, number] = [null, 1]; ; count += 1) {
    const startedAt = Date.now()
    const [row] = await db.run(text, [key], 'arrays')
    key = keyIn(row)
    if (key === null) return
    const tookMs = Date.now() - startedAt
    if (rests && tookMs > longestBatchMs && !isWarned) {
      isWarned = true
      tell(`A batch took ${tookMs} ms and held its rows as long: smaller ones would be better.`)
    }
    if (Date.now() - told > tellEveryMs) {
      told = Date.now()
      tell(`${count} batches, up to ${key}`)
    }
    if (rests) await sleep(tookMs)
  }
}

const runStatement = async (db: Database, { text, isInBatches }: MigrationStatement, patience: Patience) => {
  if (isInBatches) return runInBatches(db, text, patience.tell, true)
  const index = parseBuild(text)
  if (index) return buildConcurrently(db, index, patience)
  await db.run(text, [], 'arrays')
}

/** Applies a migration statement by statement. One that broke off is begun again, and finds what it had done. */
export const migrateOutside = async (
  db: Database,
  migration: Migration,
  all: Migration[],
  patience: Patience,
): Promise<void> => {
  const unrepeatable = findUnrepeatable(migration)
  if (unrepeatable !== undefined) {
    throw new Error(`${migration.name}.sql can't run outside a transaction: ${unrepeatable.slice(0, 80)}`)
  }
  for (const [at, statement] of migration.statements.entries()) {
    await inStatement(migration, at, () => runStatement(db, statement, patience))
  }
  await recordApplied(db, migration, all)
}

/** The same on the one connection of the embedded database, whose transaction it is in; nobody else waits there. */
export const migrateInside = async (tx: Database, migration: Migration, all: Migration[]): Promise<void> => {
  for (const [at, { text, isInBatches }] of migration.statements.entries()) {
    const plain = migration.isOutsideTransaction ? text.replace(/\bindex concurrently\b/i, 'index') : text
    await inStatement(migration, at, async () => {
      if (isInBatches) await runInBatches(tx, text, () => {}, false)
      else await tx.run(plain, [], 'arrays')
    })
  }
  await recordApplied(tx, migration, all)
}
