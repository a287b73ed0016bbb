/** What a driver has to offer: one statement at a time, its rows as objects or as arrays in column order. */
export interface Driver {
  run: (text: string, values: unknown[], rows: 'objects' | 'arrays', name?: string) => Promise<unknown[]>
  /** Several statements in one text, without values; gives the rows of all. One that fails leaves nothing open. */
  script: (text: string) => Promise<unknown[]>
  /** Commits when `work` resolves and rolls back when it throws; nested, it is a savepoint. */
  begin: <T>(work: (driver: Driver) => Promise<T>) => Promise<T>
}

/** A pool, or a transaction on it: queries never need to know which. */
export interface Database {
  run: Driver['run']
  script: Driver['script']
  transaction: <T>(work: (db: Database) => Promise<T>) => Promise<T>
}

/** A database over a driver: each statement passes one place for its deadline, its preparation and its errors. */
export const openDatabase = ({ run, script, begin }: Driver): Database => ({
  run,
  script,
  transaction: (work) => begin((inner) => work(openDatabase(inner))),
})
