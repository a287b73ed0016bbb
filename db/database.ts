import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy'

/** What a driver has to offer: one statement at a time, its rows as objects or as arrays in column order. */
export interface Driver {
  run: (text: string, values: unknown[], rows: 'objects' | 'arrays') => Promise<unknown[]>
  /** Commits when `work` resolves and rolls back when it throws; nested, it is a savepoint. */
  begin: <T>(work: (driver: Driver) => Promise<T>) => Promise<T>
}

/** A pool, or a transaction on it: queries never need to know which. */
export type Database = Omit<PgRemoteDatabase, 'transaction'> & {
  run: Driver['run']
  transaction: <T>(work: (db: Database) => Promise<T>) => Promise<T>
}

/** drizzle over a driver of ours: each statement passes one place for its deadline, its preparation and its errors. */
export const openDatabase = (driver: Driver): Database =>
  Object.assign(
    drizzle(async (text, values, method) => ({
      rows: await driver.run(text, values, method === 'all' ? 'arrays' : 'objects'),
    })),
    {
      run: driver.run,
      transaction: <T>(work: (db: Database) => Promise<T>) => driver.begin((inner) => work(openDatabase(inner))),
    },
  )

/** The row that must be there: an insert's, or an aggregate's. */
export const onlyRow = <Row>([row]: Row[]): Row => {
  if (row === undefined) throw new Error('A row that must exist is missing.')
  return row
}
