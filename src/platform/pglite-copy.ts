import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { CopyConnection, CopyDatabase, CopySource } from '#core/copy-database'
import { openDatabase } from '#db/database'
import { copySettings, orderedBy, rowsRefused, selectOf } from './copy-format'
import { lockDataDirectory } from './data-directory'
import { toDatabaseProblem } from './database-problems'
import { nestedDriver, openPglite } from './pglite'

/** PGlite hands a copy over as a whole, so that a large table is copied in several. */
const rowsAtOnce = 5000

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`

/** Where pages of a table end: the last key of each but the last page, as literals. */
async function* pageEnds(transaction: Transaction, { table, order }: CopySource): AsyncGenerator<string | undefined> {
  const keys = order.map(({ column }) => `${column}::text`).join(', ')
  const by = order.map(orderedBy).join(', ')
  let last: string | undefined
  do {
    const where = last === undefined ? '' : `where (${by}) > ${last}`
    const text = `select ${keys} from ${table} ${where} order by ${by} offset ${rowsAtOnce - 1} limit 1`
    const { rows } = await transaction.query<string[]>(text, [], { rowMode: 'array' })
    const [key] = rows
    last = key && `(${key.map((value, at) => `${quote(value)}::${order[at]?.type}`).join(', ')})`
    yield last
  } while (last !== undefined)
}

async function* pagesOf(transaction: Transaction, source: CopySource): AsyncGenerator<string> {
  if (source.order.length === 0) return yield selectOf(source)
  const by = source.order.map(orderedBy).join(', ')
  let after: string | undefined
  for await (const end of pageEnds(transaction, source)) {
    const bounds = [after && `(${by}) > ${after}`, end && `(${by}) <= ${end}`].filter((bound) => bound !== undefined)
    yield selectOf(source, bounds.length === 0 ? '' : `where ${bounds.join(' and ')}`)
    after = end
  }
}

const connectionOn = (transaction: Transaction): CopyConnection => ({
  db: openDatabase(nestedDriver(transaction)),
  copyOut: async function* (source) {
    for await (const page of pagesOf(transaction, source)) {
      const { blob } = await transaction.query(`copy (${page}) to '/dev/blob'`)
      if (blob && blob.size > 0) yield new Uint8Array(await blob.arrayBuffer())
    }
  },
  copyIn: async ({ table, columns }, pieces) => {
    for await (const piece of pieces) {
      const blob = new Blob([new Uint8Array(piece)])
      await transaction
        .query(`copy ${table} (${columns.join(', ')}) from '/dev/blob'`, [], { blob })
        .catch((error) => Promise.reject(rowsRefused(table, toDatabaseProblem(error))))
    }
  },
})

const over = (pglite: PGlite): CopyDatabase['transaction'] => {
  return (mode, work, before) =>
    pglite.transaction(async (transaction) => {
      // One connection sees nothing of anybody else's; the isolation is for what Postgres then allows.
      await transaction.exec(mode === 'read' ? 'set transaction isolation level repeatable read, read only' : '')
      await transaction.exec(copySettings)
      const connection = connectionOn(transaction)
      await before?.(connection.db)
      return work(connection)
    })
}

/**
 * The embedded database as it is, not migrated. Throws when a process holds the directory.
 * @param mayCreate whether one is made where there is none; else that throws
 */
export const openEmbeddedCopies = async (directory: string, mayCreate: boolean): Promise<CopyDatabase> => {
  const files = join(directory, 'postgres')
  if (!mayCreate && !existsSync(join(files, 'PG_VERSION'))) throw new Error(`There is no database in ${directory}.`)
  const unlock = lockDataDirectory(directory)
  try {
    const { db, pglite, close } = await openPglite(files)
    return { db, transaction: over(pglite), close: () => close().finally(unlock) }
  } catch (error) {
    unlock()
    throw error
  }
}
