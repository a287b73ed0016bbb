import { PGlite, type Transaction } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { type Database, type Driver, openDatabase } from '#db/database'
import { toDatabaseProblem } from './database-problems'

const driverOf = (
  pglite: Pick<PGlite | Transaction, 'query' | 'exec'>,
  begin: Driver['begin'],
  script: Driver['script'],
): Driver => ({
  run: async (text, values, rows) => {
    try {
      const result = await pglite.query(text, values, { rowMode: rows === 'arrays' ? 'array' : 'object' })
      return result.rows
    } catch (error) {
      throw toDatabaseProblem(error)
    }
  },
  script,
  begin,
})

const allRows = (results: { rows: unknown[] }[]) => results.flatMap(({ rows }) => rows)

/** Inside its one transaction PGlite offers no savepoints of its own, so we name one for each depth. */
export const nestedDriver = (transaction: Transaction, depth = 1): Driver =>
  driverOf(
    transaction,
    async (work) => {
      const savepoint = `nested_${depth}`
      await transaction.exec(`savepoint ${savepoint}`)
      try {
        const result = await work(nestedDriver(transaction, depth + 1))
        await transaction.exec(`release savepoint ${savepoint}`)
        return result
      } catch (error) {
        await transaction.exec(`rollback to savepoint ${savepoint}`)
        throw error
      }
    },
    async (text) => allRows(await transaction.exec(text)),
  )

/**
 * Opens the embedded Postgres: PGlite, one connection in this process.
 * @param directory where its files are; absent, it lives in memory
 */
export const openPglite = async (
  directory?: string,
): Promise<{ db: Database; pglite: PGlite; close: () => Promise<void> }> => {
  const pglite = await PGlite.create({
    ...(directory !== undefined && { dataDir: directory }),
    extensions: { pg_trgm },
  })
  // The one connection is everybody's, so a script that breaks off may not leave its transaction behind.
  const script: Driver['script'] = async (text) => {
    try {
      return allRows(await pglite.exec(text))
    } catch (error) {
      await pglite.exec('rollback')
      throw toDatabaseProblem(error)
    }
  }
  const begin: Driver['begin'] = (work) => pglite.transaction((transaction) => work(nestedDriver(transaction)))
  const driver = driverOf(pglite, begin, script)
  return { db: openDatabase(driver), pglite, close: () => pglite.close() }
}
