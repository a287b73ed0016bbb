import type { Writable } from 'node:stream'
import postgres from 'postgres'
import type { CopyConnection, CopyDatabase } from '#core/copy-database'
import { type Database, type Driver, openDatabase } from '#db/database'
import { copySettings, rowsRefused, selectOf } from './copy-format'
import { toDatabaseProblem } from './database-problems'

type Statements = Pick<postgres.Sql, 'unsafe'>
/** postgres.js wants its own union here; what we pass are texts, numbers, booleans, dates and null. */
type Parameters = NonNullable<globalThis.Parameters<postgres.Sql['unsafe']>[1]>

const driverOf = (statements: Statements, begin: Driver['begin']): Driver => ({
  run: async (text, values, rows) => {
    const pending = statements.unsafe(text, values as Parameters)
    return [...(await (rows === 'arrays' ? pending.values() : pending))]
  },
  // Without values postgres.js takes the simple protocol, which knows several statements in one text.
  script: async (text) => [...(await statements.unsafe(text))].flat(),
  begin,
})

const nested = (transaction: postgres.TransactionSql): Driver =>
  driverOf(transaction, async (work) => {
    const boxed = await transaction.savepoint(async (inner) => ({ value: await work(nested(inner)) }))
    return boxed.value
  })

/** Writes all of it, at the pace of who reads. What `pieces` throws goes on as it is; all else is Postgres's refusal. */
const writeAll = async (target: Writable, pieces: AsyncIterable<Uint8Array>, refuse: (error: unknown) => Error) => {
  const refused = Promise.withResolvers<never>()
  refused.promise.catch(() => {})
  target.on('error', (error) => refused.reject(refuse(error)))
  for await (const piece of pieces) {
    const isTaken = new Promise<void>((resolve, reject) => {
      target.write(piece, (error) => (error ? reject(refuse(error)) : resolve()))
    })
    await Promise.race([isTaken, refused.promise])
  }
  target.end()
}

const connectionOn = (transaction: postgres.TransactionSql): CopyConnection => ({
  db: openDatabase(nested(transaction)),
  copyOut: async function* (source) {
    const rows = await transaction.unsafe(`copy (${selectOf(source)}) to stdout`).readable()
    for await (const piece of rows) yield piece
    // postgres.js pauses the socket when rows wait, and resumes it when more are wanted: after the last ones nobody wants more.
    rows._read(0)
  },
  copyIn: async ({ table, columns }, pieces) => {
    const target = await transaction.unsafe(`copy ${table} (${columns.join(', ')}) from stdin`).writable()
    const refuse = (error: unknown) => rowsRefused(table, toDatabaseProblem(error))
    await writeAll(target, pieces, refuse)
    // postgres.js tells nobody what Postgres says after the last row; the next statement fails if it was bad.
    await transaction.unsafe('select 1').catch((error) => Promise.reject(refuse(error)))
  },
})

const beginOf = { read: 'isolation level repeatable read, read only', write: 'isolation level read committed' } as const

/** A Postgres server, over one connection that nobody else uses, and without deadlines: a large table takes as long as it takes. */
export const openPostgresCopies = (url: string): CopyDatabase => {
  const sql = postgres(url, {
    max: 1,
    prepare: false,
    fetch_types: false,
    connect_timeout: 10,
    onnotice: () => {},
    types: {
      json: {
        to: 3802,
        from: [114, 3802],
        serialize: (value: unknown) => value,
        parse: (text: string) => JSON.parse(text),
      },
    },
    connection: { application_name: 'postern copy' },
  })
  const inTransaction: CopyDatabase['transaction'] = async (mode, work, before) => {
    let isBroken = false
    let reason: unknown
    try {
      const boxed = await sql.begin(beginOf[mode], async (transaction) => {
        try {
          const connection = connectionOn(transaction)
          await connection.db.script(copySettings)
          await before?.(connection.db)
          return { value: await work(connection) }
        } catch (error) {
          ;[isBroken, reason] = [true, error]
          // A copy under way would have to be read to its end before anything else could be said.
          void sql.end({ timeout: 0 })
          throw error
        }
      })
      return boxed.value
    } catch (error) {
      throw isBroken ? reason : toDatabaseProblem(error)
    }
  }
  const db: Database = openDatabase(
    driverOf(sql, async (work) => {
      const boxed = await sql.begin(async (inner) => ({ value: await work(nested(inner)) }))
      return boxed.value
    }),
  )
  return { db, transaction: inTransaction, close: () => sql.end({ timeout: 5 }) }
}
