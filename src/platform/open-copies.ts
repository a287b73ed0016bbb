import type { DatabaseConfig } from '#core/config'
import type { CopyDatabase } from '#core/copy-database'
import { openEmbeddedCopies } from './pglite-copy'
import { openPostgresCopies } from './postgres-copy'

/**
 * The configured database, or the embedded one, as it is: nothing is migrated.
 * @param mayCreate whether an embedded one is made where there is none
 */
export const openCopies = async (config: DatabaseConfig, mayCreate: boolean): Promise<CopyDatabase> =>
  config.DATABASE_URL === undefined
    ? openEmbeddedCopies(config.DATA_DIRECTORY, mayCreate)
    : openPostgresCopies(config.DATABASE_URL)
