import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy'
import type { Database } from '#db/database'

/** A database that tests can look into and change with drizzle's builder too. */
export type TestDatabase = Database & Pick<PgRemoteDatabase, 'select' | 'insert' | 'update' | 'delete'>

export const withBuilder = (db: Database): TestDatabase => {
  const builder = drizzle(async (text, values, method) => ({
    rows: await db.run(text, values, method === 'all' ? 'arrays' : 'objects'),
  }))
  const bound = <Name extends 'select' | 'insert' | 'update' | 'delete'>(name: Name): PgRemoteDatabase[Name] =>
    builder[name].bind(builder) as PgRemoteDatabase[Name]
  return { ...db, select: bound('select'), insert: bound('insert'), update: bound('update'), delete: bound('delete') }
}
