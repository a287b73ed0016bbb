import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'

/** Where drizzle-kit writes them. */
export const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url))

export interface MigrationStatement {
  text: string
  /** Whether it is run again and again, each time from the key on that it gave last, until it gives none. */
  isInBatches: boolean
}

/** One file of `db/migrations`, with what its marks say (docs/upgrade.md). */
export interface Migration {
  name: string
  /** When it was made, in milliseconds since 1970: its place in the order. */
  version: number
  /** SHA-256 of the file, which drizzle records. */
  hash: string
  statements: MigrationStatement[]
  /** Each statement for itself, outside a transaction, and safe to be run again. */
  isOutsideTransaction: boolean
  /** Builds serve without it. */
  isOptional: boolean
  /** It takes away what older builds than this need: the name of the newest migration that a build has to know. */
  leastBuild: string | undefined
}

interface JournalEntry {
  tag: string
  when: number
}

const readJournal = (folder: string): JournalEntry[] =>
  JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')).entries

/** Lines like `-- @least-build 0009_keys`, before the first statement or before one of them. */
const marksOf = (text: string): Map<string, string> => {
  const marks = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(/^-- @([\w-]+)(?:[ \t]+(\S+))?[ \t]*$/gm))
    marks.set(name, value)
  return marks
}

const withoutMarks = (text: string): string => text.replaceAll(/^-- @.*\n?/gm, '').trim()

const knownMarks = ['outside-transaction', 'optional', 'least-build', 'batches']

const toMigration = (name: string, version: number, hash: string, texts: string[]): Migration => {
  const marks = marksOf(texts.join('\n'))
  const unknown = [...marks.keys()].find((mark) => !knownMarks.includes(mark))
  if (unknown !== undefined) throw new Error(`${name}.sql has the mark @${unknown}, which there is not.`)
  return {
    name,
    version,
    hash,
    statements: texts.map((text) => ({ text: withoutMarks(text), isInBatches: marksOf(text).has('batches') })),
    isOutsideTransaction: marks.has('outside-transaction'),
    isOptional: marks.has('optional'),
    leastBuild: marks.get('least-build'),
  }
}

/**
 * The migrations of this build, in order.
 * @throws if a file has a mark that there is not
 */
export const readMigrations = (folder = migrationsFolder): Migration[] => {
  const names = new Map(readJournal(folder).map(({ tag, when }) => [when, tag]))
  return readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis, hash, sql }) =>
    toMigration(names.get(folderMillis) ?? String(folderMillis), folderMillis, hash, sql),
  )
}
