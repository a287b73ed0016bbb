import { join } from 'node:path'
import { lockDataDirectory } from './data-directory'
import { migrateEmbedded } from './migrate'
import { openPglite } from './pglite'

/** The embedded database, which migrates itself. Throws when another process holds the directory. */
export const openEmbeddedDatabase = async (directory: string) => {
  const unlock = lockDataDirectory(directory)
  const { db, pglite, close } = await openPglite(join(directory, 'postgres'))
  await migrateEmbedded(db)
  return { db, pglite, close: () => close().finally(unlock) }
}
