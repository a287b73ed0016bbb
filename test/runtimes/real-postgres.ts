import postgres from 'postgres'
import { createDatabase, createEmptyDatabase, findPostgres } from '../support/postgres'

/** How the connections of a test are told from those of what it tests. */
export const testName = 'a test'

export interface RealDatabase extends AsyncDisposable {
  url: string
  sql: postgres.Sql
}

const open = async (create: typeof createDatabase): Promise<RealDatabase> => {
  const server = await findPostgres()
  const { url, drop } = await create(server.url)
  const sql = postgres(url, { onnotice: () => {}, connection: { application_name: testName } })
  return {
    url,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 1 })
      await drop()
      await server.stop()
    },
  }
}

/** A new, migrated database on a real Postgres, dropped in the end. */
export const openRealDatabase = (): Promise<RealDatabase> => open(createDatabase)

/** The same without a schema. */
export const openEmptyRealDatabase = (): Promise<RealDatabase> => open(createEmptyDatabase)
