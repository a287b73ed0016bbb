import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { migrationsFolder } from '#platform/migration-files'

const Journal = z.looseObject({ entries: z.array(z.looseObject({ idx: z.int(), when: z.int(), tag: z.string() })) })

/** A migration that comes after those of this build: its name without the number, and its SQL. */
export interface NextMigration {
  name: string
  sql: string
}

/** The newest migration of this build. */
export const newestMigration = (): string => {
  const { entries } = Journal.parse(JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')))
  return entries.at(-1)?.tag ?? ''
}

/**
 * Writes a folder of migrations into a folder that is there: those of this build, or only the first so many, and others after
 * them.
 * @returns their names
 */
export const writeMigrations = (folder: string, next: NextMigration[], first?: number): string[] => {
  cpSync(migrationsFolder, folder, { recursive: true })
  const file = join(folder, 'meta', '_journal.json')
  const { entries, ...rest } = Journal.parse(JSON.parse(readFileSync(file, 'utf8')))
  const kept = entries.slice(0, first)
  const last = kept.at(-1)
  if (!last) throw new Error('There are no migrations.')
  const added = next.map(({ name, sql }, at) => {
    const idx = last.idx + 1 + at
    const tag = `${String(idx).padStart(4, '0')}_${name}`
    writeFileSync(join(folder, `${tag}.sql`), sql)
    return { ...last, idx, when: last.when + 1 + at, tag }
  })
  writeFileSync(file, JSON.stringify({ ...rest, entries: [...kept, ...added] }))
  return [...kept, ...added].map(({ tag }) => tag)
}
