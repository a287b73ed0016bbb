import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import journal from '../../db/migrations/meta/_journal.json' with { type: 'json' }

const Snapshot = z.object({ tables: z.record(z.string(), z.object({ name: z.string() })) })

/**
 * The tables of ours that there are after a migration, as drizzle-kit noted them beside it.
 * @param version the time of the migration, in milliseconds
 * @returns undefined when this build has no such migration
 */
export const findKnownTables = (version: number): string[] | undefined => {
  const entry = journal.entries.find(({ when }) => when === version)
  if (!entry) return undefined
  const file = `../../db/migrations/meta/${String(entry.idx).padStart(4, '0')}_snapshot.json`
  const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')
  return Object.values(Snapshot.parse(JSON.parse(text)).tables).map(({ name }) => name)
}
