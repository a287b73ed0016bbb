import postgres from 'postgres'
import { type Database, type Driver, openDatabase } from '#db/database'
import { missedDeadline, toDatabaseProblem } from './database-problems'

export interface PostgresOptions {
  url: string
  /** `false` behind a pooler in transaction mode. */
  prepare: boolean
  /** Whether the server may be told the deadline too; poolers refuse settings they don't know. */
  serverDeadline: boolean
  /** How long one statement may take, the wait for a connection included. */
  timeoutSeconds: number
  maxConnections: number
}

/** How long a cancelled statement may take to end before its connections are given up. */
const cancelGraceMs = 1000

/** JSON arrives here as text already; drizzle and our statements write it. */
const asIs = {
  json: {
    to: 3802,
    from: [114, 3802],
    serialize: (value: unknown) => value,
    parse: (text: string) => JSON.parse(text),
  },
}

const connect = ({ url, prepare, serverDeadline, timeoutSeconds, maxConnections }: PostgresOptions) =>
  postgres(url, {
    max: maxConnections,
    prepare,
    fetch_types: false,
    connect_timeout: timeoutSeconds,
    backoff: () => 0.1,
    onnotice: () => {},
    types: asIs,
    connection: {
      application_name: 'postern',
      // The server gives up a little before we do.
      ...(serverDeadline && { statement_timeout: timeoutSeconds * 900 }),
    },
  })

type Client = ReturnType<typeof connect>
type Transaction = Client extends postgres.Sql<infer Types> ? postgres.TransactionSql<Types> : never
type Statements = Pick<Client, 'unsafe'>
/** postgres.js wants its own union here; what we pass are texts, numbers, booleans, dates and null. */
type Parameters = NonNullable<globalThis.Parameters<Client['unsafe']>[1]>

/**
 * Postgres over postgres.js, with what it lacks: a deadline for every statement. One that misses it is cancelled; when
 * not even that works (a black hole), all connections are dropped and new ones are made for the next statement.
 */
export const createPostgres = (options: PostgresOptions): { db: Database; close: () => Promise<void> } => {
  let current = connect(options)

  const dropConnections = (stale: Client) => {
    if (stale !== current) return
    current = connect(options)
    void stale.end({ timeout: 0 })
  }

  const runOn = (client: Client, statements: Statements): Driver['run'] => {
    return (text, values, rows) => {
      const pending = statements.unsafe(text, values as Parameters, { prepare: options.prepare })
      const query = rows === 'arrays' ? pending.values() : pending
      return new Promise((resolve, reject) => {
        let grace: ReturnType<typeof setTimeout> | undefined
        const deadline = setTimeout(() => {
          reject(missedDeadline())
          grace = setTimeout(() => dropConnections(client), cancelGraceMs)
          pending.cancel()
        }, options.timeoutSeconds * 1000)
        const settle = () => {
          clearTimeout(deadline)
          clearTimeout(grace)
        }
        query.then(
          (result) => {
            settle()
            resolve([...result])
          },
          (error) => {
            settle()
            reject(toDatabaseProblem(error))
          },
        )
      })
    }
  }

  const inTransaction = (client: Client, transaction: Transaction): Driver => ({
    run: runOn(client, transaction),
    begin: async (work) =>
      toValue(await transaction.savepoint(async (inner) => ({ value: await work(inTransaction(client, inner)) }))),
  })

  const driver: Driver = {
    run: (text, values, rows) => runOn(current, current)(text, values, rows),
    begin: async (work) => {
      const client = current
      try {
        return toValue(await client.begin(async (inner) => ({ value: await work(inTransaction(client, inner)) })))
      } catch (error) {
        throw error instanceof Error && !('code' in error) ? error : toDatabaseProblem(error)
      }
    },
  }
  return { db: openDatabase(driver), close: () => current.end({ timeout: 5 }) }
}

/** postgres.js unwraps arrays of promises that `begin` returns; a box keeps the result as it is. */
const toValue = <T>({ value }: { value: T }): T => value
