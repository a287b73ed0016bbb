import type { DatabaseConfig } from '#core/config'
import type { Database } from '#db/database'
import { createPostgres } from './postgres'

export interface OpenDatabase {
  db: Database
  /** How busy its connections are; absent where there are none. */
  load?: () => { lent: number; idle: number; waiting: number }
  close: () => Promise<void>
}

/** A process of Bun answers more at once than it computes, so its pool is larger than its cores. */
const maxConnections = 10

/** Statements that nobody waits for, such as the building of an index, may take a day. */
const patientSeconds = 86_400

const toOptions = (config: DatabaseConfig & { DATABASE_URL: string }) => ({
  url: config.DATABASE_URL,
  prepare: config.DATABASE_PREPARE === 'on',
  serverDeadline: config.DATABASE_PREPARE === 'on',
  timeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
  maxConnections,
})

/** The database of a process on Bun: the one that is configured, or the embedded one, which nobody else need load. */
export const openBunDatabase = async (config: DatabaseConfig): Promise<OpenDatabase> => {
  if (config.DATABASE_URL !== undefined)
    return createPostgres(toOptions({ ...config, DATABASE_URL: config.DATABASE_URL }))
  const { openEmbeddedDatabase } = await import('./embedded-database')
  return openEmbeddedDatabase(config.DATA_DIRECTORY)
}

/** The same to migrate it: a statement may take its time, and ends soon after this process does. */
export const openForMigration = (config: DatabaseConfig & { DATABASE_URL: string }): OpenDatabase =>
  createPostgres({ ...toOptions(config), timeoutSeconds: patientSeconds, presenceCheckMs: 2000 })
