import postgres from 'postgres'
import { createDatabase, findPostgres } from '../support/postgres'

/** How the connections of a test are told from those of what it tests. */
export const testName = 'a test'

export interface RealDatabase extends AsyncDisposable {
  url: string
  sql: postgres.Sql
}

/** A new, migrated database on a real Postgres, dropped in the end. */
export const openRealDatabase = async (): Promise<RealDatabase> => {
  const server = await findPostgres()
  const { url, drop } = await createDatabase(server.url)
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
