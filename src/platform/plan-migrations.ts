import type { Database } from '#db/database'
import { listMissing } from './applied-migrations'
import { type Migration, type MigrationStatement, readMigrations } from './migration-files'
import { findCreatedTable, listLocks, type StatementLock } from './statement-locks'

export interface PlannedStatement {
  text: string
  isInBatches: boolean
  /** Of tables that are there before; nobody waits for a new one. */
  locks: StatementLock[]
}

export interface PlannedMigration {
  name: string
  isOutsideTransaction: boolean
  leastBuild: string | null
  statements: PlannedStatement[]
}

/** The first line that says something. */
const shorten = (text: string): string => {
  const [line = ''] = text.split('\n').filter((each) => each.trim() !== '' && !each.trim().startsWith('--'))
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}

const planStatement = ({ text, isInBatches }: MigrationStatement, created: Set<string>): PlannedStatement => {
  const locks = listLocks(text).filter(({ table }) => !created.has(table))
  const made = findCreatedTable(text)
  if (made !== undefined) created.add(made)
  return { text: shorten(text), isInBatches, locks }
}

/** What `migrate` would apply, and whom it would keep waiting. Changes nothing. */
export const planMigrations = async (db: Database, migrations = readMigrations()): Promise<PlannedMigration[]> => {
  const missing: Migration[] = await listMissing(db, migrations)
  const created = new Set<string>()
  return missing.map(({ name, isOutsideTransaction, leastBuild = null, statements }) => ({
    name,
    isOutsideTransaction,
    leastBuild,
    statements: statements.map((statement) => planStatement(statement, created)),
  }))
}
