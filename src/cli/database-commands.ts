import { parseDatabaseConfig } from '#core/config'
import { openBunDatabase } from '#platform/bun-database'
import { describeFaults } from '#platform/environment-faults'
import { migrate } from '#platform/migrate'
import { done } from './as-operator'
import type { Call, Command, Outcome } from './command'

/** A migration may take its time; nobody waits for an answer. */
const migrationSeconds = 3600

const runMigrate = async ({ shell }: Call): Promise<Outcome> => {
  const parsed = parseDatabaseConfig(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { db, close } = await openBunDatabase({ ...parsed.config, DATABASE_TIMEOUT_SECONDS: migrationSeconds })
  const progress = shell.progress('Migrations')
  try {
    const applied = await migrate(db, progress.show)
    return done(`Applied ${applied} migrations. The schema and the queue are current.`, { applied })
  } finally {
    progress.end()
    await close()
  }
}

/** The schema. */
export const databaseCommands: Command[] = [
  { name: 'migrate', summary: 'bring the schema and the queue up to date', run: runMigrate },
]
