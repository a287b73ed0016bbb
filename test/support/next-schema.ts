import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './folders'
import { type NextMigration, newestMigration } from './migrations-folder'

const read = (name: string): string =>
  readFileSync(join(repository, 'test/runtimes/next-schema', `${name}.sql`), 'utf8')

/** A column, a table, an index that is built concurrently, and values for all rows: what a next build may bring. */
export const expansion: NextMigration[] = ['expand', 'index', 'fill'].map((name) => ({ name, sql: read(name) }))

/** What takes away something again. It names the expansion by its number, which depends on the migrations of this build. */
export const contraction = (): NextMigration => {
  const number = String(Number(newestMigration().split('_')[0]) + 1).padStart(4, '0')
  return { name: 'contract', sql: read('contract').replace('0000_expand', `${number}_expand`) }
}
