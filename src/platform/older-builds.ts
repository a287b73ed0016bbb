import type { Database } from '#db/database'
import { numberOfMigration } from '#db/schema-version'
import type { Migration } from './migration-files'

/**
 * Servers that still run and know less than a migration demands, by the names of their connections. Behind a pooler that
 * keeps names to itself nobody is seen. Builds from before the names had numbers are taken for older.
 */
const findOlderBuilds = async (db: Database, least: number): Promise<string[]> => {
  const rows = await db.run(
    `select application_name, coalesce(host(client_addr), 'a local socket') from pg_stat_activity
     where datname = current_database() and application_name ~ '^postern(/[0-9]+)?$'
       and coalesce(substring(application_name from '[0-9]+$')::integer, -1) < $1::text::integer
     group by 1, 2 order by 1, 2`,
    [String(least)],
    'arrays',
  )
  return rows.map((row) => (Array.isArray(row) ? row.join(' from ') : ''))
}

/** Throws when a migration would take away what a server that runs still needs. */
export const refuseOlderBuilds = async (db: Database, { name, leastBuild }: Migration): Promise<void> => {
  if (leastBuild === undefined) return
  const older = await findOlderBuilds(db, numberOfMigration(leastBuild))
  if (older.length === 0) return
  throw new Error(
    `${name} was not applied: it takes away what builds older than ${leastBuild} need, and such are here: ${older.join(', ')}. Replace them and run it again, or give --force.`,
  )
}
