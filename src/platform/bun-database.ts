import { join } from 'node:path'
import type { DatabaseConfig } from '#core/config'
import type { Database } from '#db/database'
import { lockDataDirectory } from './data-directory'
import { migrate } from './migrate'
import { openPglite } from './pglite'
import { createPostgres } from './postgres'

export interface OpenDatabase {
  db: Database
  /** How busy its connections are; absent where there are none. */
  load?: () => { lent: number; idle: number; waiting: number }
  close: () => Promise<void>
}

/** A process of Bun answers more at once than it computes, so its pool is larger than its cores. */
const maxConnections = 10

/** The embedded database, which migrates itself. Throws when another process holds the directory. */
export const openEmbeddedDatabase = async (directory: string) => {
  const unlock = lockDataDirectory(directory)
  const { db, pglite, close } = await openPglite(join(directory, 'postgres'))
  await migrate(db)
  return { db, pglite, close: () => close().finally(unlock) }
}

/** The database of a process on Bun: the one that is configured, or the embedded one. */
export const openBunDatabase = (config: DatabaseConfig): Promise<OpenDatabase> | OpenDatabase =>
  config.DATABASE_URL === undefined
    ? openEmbeddedDatabase(config.DATA_DIRECTORY)
    : createPostgres({
        url: config.DATABASE_URL,
        prepare: config.DATABASE_PREPARE === 'on',
        serverDeadline: config.DATABASE_PREPARE === 'on',
        timeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
        maxConnections,
      })
