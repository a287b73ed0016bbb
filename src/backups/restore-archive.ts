import type { Blobs } from '#core/blobs'
import type { CopyConnection, CopyDatabase } from '#core/copy-database'
import type { Database } from '#db/database'
import { schemaVersion } from '#db/schema-version'
import { applyMigrations } from '#platform/migrate'
import { installQueues } from '#platform/pg-boss'
import { startCount } from './copied-rows'
import { BrokenArchive, type Manifest, type TableFacts } from './manifest'
import { prepareTarget } from './prepare-target'
import type { StoredBytes } from './read-archive'
import { readArchive } from './read-archive'
import { quoted, readQueueVersion, type StoredTable } from './stored-tables'

export interface RestoreTarget {
  database: CopyDatabase
  /** Null restores none. */
  blobs: Blobs | null
  /** Runs last in the transaction, when all is there and was compared. */
  finish(db: Database): Promise<void>
  /** Is told how many bytes of the content are in place. */
  show(bytes: number): void
}

const findTable = (tables: readonly StoredTable[], { name, columns }: TableFacts): StoredTable => {
  const table = tables.find((candidate) => candidate.name === name)
  const missing = columns.filter((column) => !table?.columns.includes(column))
  if (!table || missing.length > 0) {
    throw new BrokenArchive(
      `This build has no place for ${name} (${missing.join(', ')}). Restore with the build that wrote the archive, then upgrade.`,
    )
  }
  return { ...table, source: { ...table.source, columns: columns.map(quoted) } }
}

/** Reads every table again, as it would be copied: the same rows have the same digest. */
const compareTables = async (
  connection: CopyConnection,
  tables: ReadonlyMap<string, StoredTable>,
  manifest: Manifest,
) => {
  for (const { name, rows, sha256 } of manifest.tables) {
    const table = tables.get(name)
    const count = startCount()
    if (table) for await (const piece of connection.copyOut(table.source)) count.take(piece)
    const found = count.end()
    if (found.rows !== rows || found.sha256 !== sha256)
      throw new Error(`${name} came out of the database in another way than it went in.`)
  }
}

const setSequences = async (db: Database, { sequences }: Manifest): Promise<void> => {
  for (const { name, lastValue, isCalled } of sequences) {
    await db.run(
      'select setval($1::text::regclass, $2::text::bigint, $3::text::boolean)',
      [name, lastValue, String(isCalled)],
      'arrays',
    )
  }
  await db.run(
    `select setval('drizzle.__drizzle_migrations_id_seq', max(id)) from drizzle.__drizzle_migrations`,
    [],
    'arrays',
  )
}

/** What the audit record's days left there is never replaced: it is there to be compared with. */
const isForGood = (key: string) => key.startsWith('audit/')

const putBlob = async (blobs: Blobs, { key, contentType, bytes }: StoredBytes): Promise<void> => {
  if (isForGood(key) && (await blobs.head(key))) return
  await blobs.put(key, bytes, contentType)
}

const load = async (
  connection: CopyConnection,
  open: () => AsyncIterable<Uint8Array>,
  manifest: Manifest,
  target: RestoreTarget,
) => {
  const { db } = connection
  const { blobs } = target
  const stored = await prepareTarget(db, manifest)
  const tables = new Map(manifest.tables.map((facts) => [facts.name, findTable(stored, facts)]))
  const again = await readArchive(open(), {
    table: async (name, parts) => {
      const table = tables.get(name)
      if (table) await connection.copyIn(table.source, parts)
    },
    ...(blobs && { blob: (blob: StoredBytes) => putBlob(blobs, blob) }),
    show: target.show,
  })
  if (JSON.stringify(again) !== JSON.stringify(manifest))
    throw new BrokenArchive('The archive changed while it was read.')
  await setSequences(db, manifest)
  await compareTables(connection, tables, manifest)
  await applyMigrations(db)
  await target.finish(db)
}

/** Throws when this build can't restore the archive. */
export const requireReadable = ({ schemaVersion: archived }: Pick<Manifest, 'schemaVersion'>): void => {
  if (archived > schemaVersion) {
    throw new BrokenArchive(
      'The archive is of a newer build than this one. Restore with the build that wrote it, or a newer one.',
    )
  }
}

/**
 * Puts the database where the archive was, in one transaction: until all rows are in place, were read again and are the same,
 * nothing of it is there, and what was there before still is. Then it is brought up to date. What is done is the second reading
 * of an archive: `manifest` comes from the first, which held it against itself.
 * @param open gives the archive, decrypted and decompressed, from its beginning
 */
export const restoreArchive = async (
  open: () => AsyncIterable<Uint8Array>,
  manifest: Manifest,
  target: RestoreTarget,
): Promise<void> => {
  requireReadable(manifest)
  const { database } = target
  await installQueues(database.db)
  if (manifest.queueVersion > (await readQueueVersion(database.db)))
    throw new BrokenArchive('The queue of the archive is of a newer build than this one.')
  await database.transaction('write', (connection) => load(connection, open, manifest, target))
  await installQueues(database.db)
  await database.db.run('analyze', [], 'arrays')
}
