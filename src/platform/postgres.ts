import type postgres from 'postgres'
import { type Database, type Driver, openDatabase } from '#db/database'
import { type Client, type Connection, createPool, type PostgresOptions } from './connection-pool'
import { isDeadlock, missedDeadline, toDatabaseProblem } from './database-problems'
import { createPostgresBreaker } from './postgres-breaker'

type Transaction = Client extends postgres.Sql<infer Types> ? postgres.TransactionSql<Types> : never
type Statements = Pick<Client, 'unsafe'>
/** postgres.js wants its own union here; what we pass are texts, numbers, booleans, dates and null. */
type Parameters = NonNullable<globalThis.Parameters<Client['unsafe']>[1]>

/** Who loses more often than this meets more than bad luck. */
const mostLosses = 2

/** The same, with failures in our own words. */
const inside =
  (run: Driver['run']): Driver['run'] =>
  async (text, values, rows) => {
    try {
      return await run(text, values, rows)
    } catch (error) {
      throw toDatabaseProblem(error)
    }
  }

/** Refuses what comes after the end of its transaction: by then the connection may be in another's. */
const whileOpen =
  <Values extends unknown[]>(isOver: () => boolean, send: (...values: Values) => Promise<unknown[]>) =>
  async (...values: Values): Promise<unknown[]> => {
    if (isOver()) throw new Error('A statement came after the end of its transaction.')
    return send(...values)
  }

/**
 * Postgres over postgres.js, with what it lacks: a deadline for every statement, half of which may go by in the wait for
 * a connection. A connection on which a statement missed it (a lock, a black hole) is given up.
 */
export const createPostgres = (
  options: PostgresOptions,
  breaker = createPostgresBreaker(),
): { db: Database; load: ReturnType<typeof createPool>['load']; close: () => Promise<void> } => {
  const pool = createPool(options)
  const timeoutMs = options.timeoutSeconds * 1000

  const runOn = (connection: Connection, statements: Statements, milliseconds: number): Driver['run'] => {
    return (text, values, rows) => {
      const pending = statements.unsafe(text, values as Parameters, { prepare: options.prepare })
      const query = rows === 'arrays' ? pending.values() : pending
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(() => {
          reject(missedDeadline())
          if (!options.serverDeadline) pending.cancel()
          pool.retire(connection)
        }, milliseconds)
        query.then(
          (result) => {
            clearTimeout(deadline)
            resolve([...result])
          },
          (error) => {
            clearTimeout(deadline)
            reject(error)
          },
        )
      })
    }
  }

  const scriptOn = (connection: Connection, statements: Statements): Driver['script'] => {
    return async (text) => {
      // Without values postgres.js takes the simple protocol, which knows several statements in one text.
      const results = await inside(runOn(connection, statements, timeoutMs))(text, [], 'objects')
      return results.flat()
    }
  }

  const inTransaction = (connection: Connection, transaction: Transaction, isOver: () => boolean): Driver => ({
    run: whileOpen(isOver, inside(runOn(connection, transaction, timeoutMs))),
    script: whileOpen(isOver, scriptOn(connection, transaction)),
    begin: async (work) =>
      toValue(
        await transaction.savepoint(async (inner) => ({ value: await work(inTransaction(connection, inner, isOver)) })),
      ),
  })

  /** A statement is atomic by itself, so one that lost a deadlock has done nothing and can be run again. */
  const run: Driver['run'] = async (text, values, rows) => {
    const free = pool.take()
    const connection = free ?? (await pool.wait(timeoutMs / 2))
    const runOnce = runOn(connection, connection.client, free ? timeoutMs : timeoutMs / 2)
    try {
      for (let losses = 0; ; losses += 1) {
        try {
          return await breaker.run(() => runOnce(text, values, rows))
        } catch (error) {
          if (!isDeadlock(error) || losses === mostLosses) throw toDatabaseProblem(error)
        }
      }
    } finally {
      pool.giveBack(connection)
    }
  }

  const script: Driver['script'] = async (text) => {
    const connection = pool.take() ?? (await pool.wait(timeoutMs))
    try {
      return await scriptOn(connection, connection.client)(text)
    } catch (error) {
      // It may have broken off inside a transaction of its own.
      pool.retire(connection)
      throw error
    } finally {
      pool.giveBack(connection)
    }
  }

  const begin: Driver['begin'] = async (work) => {
    const free = pool.take()
    const connection = free ?? (await pool.wait(timeoutMs / 2))
    const setDeadline = (milliseconds: number) => setTimeout(() => pool.retire(connection), milliseconds)
    // One for `begin` and one for `commit`; the statements between have their own.
    let deadline = setDeadline(free ? timeoutMs : timeoutMs / 2)
    let isOver = false
    let isUnderWay = false
    try {
      return toValue(
        await connection.client.begin(async (inner) => {
          clearTimeout(deadline)
          isUnderWay = true
          try {
            return { value: await work(inTransaction(connection, inner, () => isOver)) }
          } finally {
            isUnderWay = false
            if (!isOver) deadline = setDeadline(timeoutMs)
          }
        }),
      )
    } catch (error) {
      // The connection was lost, and the work does not know it yet: when it ends, postgres.js ends “its” transaction.
      if (isUnderWay) pool.retire(connection)
      throw error instanceof Error && !('code' in error) ? error : toDatabaseProblem(error)
    } finally {
      isOver = true
      clearTimeout(deadline)
      pool.giveBack(connection)
    }
  }

  return { db: openDatabase({ run, script, begin }), load: pool.load, close: pool.close }
}

/** postgres.js unwraps arrays of promises that `begin` returns; a box keeps the result as it is. */
const toValue = <T>({ value }: { value: T }): T => value
