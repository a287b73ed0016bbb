import { createTarPacker, type TarPackController } from 'modern-tar'
import type { Blobs } from '#core/blobs'
import type { CopyConnection, CopyDatabase } from '#core/copy-database'
import type { Clock } from '#core/platform'
import type { Database } from '#db/database'
import { startDigest } from '#platform/running-digest'
import { type BlobFacts, blobLine, listBlobKeys } from './archived-blobs'
import { inParts, startCount } from './copied-rows'
import { readFacts } from './database-facts'
import { entryNames, formatVersion, type Header, type Manifest, type TableFacts } from './manifest'
import { findStoredVersion, listStoredTables, type StoredTable } from './stored-tables'

export interface BackupSource {
  database: CopyDatabase
  /** Null leaves them out. */
  blobs: Blobs | null
  clock: Clock
  /** Is told how many rows and blobs there are so far. */
  show(rows: number, blobs: number): void
  /** Is told what will not be in the archive. */
  tell(line: string): void
}

type Archive = Pick<TarPackController, 'add'>

const encoder = new TextEncoder()

async function* once(bytes: Uint8Array<ArrayBuffer>) {
  yield bytes
}

/** Adds an entry of a size that is known. */
const add = async (
  archive: Archive,
  name: string,
  size: number,
  pieces: AsyncIterable<Uint8Array>,
  { createdAt }: Header,
) => {
  const writer = archive.add({ name, size, type: 'file', mode: 0o600, mtime: new Date(createdAt) }).getWriter()
  for await (const piece of pieces) await writer.write(piece)
  await writer.close()
}

const addJson = (archive: Archive, name: string, value: unknown, header: Header) => {
  const bytes = encoder.encode(`${JSON.stringify(value, null, 2)}\n`)
  return add(archive, name, bytes.length, once(bytes), header)
}

const addTable = async (
  archive: Archive,
  connection: CopyConnection,
  table: StoredTable,
  header: Header,
  show: (rows: number) => void,
) => {
  const count = startCount()
  let number = 0
  for await (const part of inParts(connection.copyOut(table.source))) {
    number += 1
    await add(archive, entryNames.part(table.name, number), part.length, once(part), header)
    show(count.take(part))
  }
  return { name: table.name, columns: table.columns, ...count.end() }
}

const addBlobs = async (
  archive: Archive,
  blobs: Blobs,
  keys: AsyncIterable<string>,
  header: Header,
  show: (count: number) => void,
) => {
  const all = startDigest()
  let [count, bytes, missing] = [0, 0, 0]
  for await (const key of keys) {
    const blob = await blobs.get(key)
    if (!blob) {
      missing += 1
      continue
    }
    count += 1
    const facts: BlobFacts = { key, contentType: blob.contentType }
    const first = encoder.encode(`${JSON.stringify(facts)}\n`)
    const own = startDigest()
    const { body } = blob
    const pieces = async function* () {
      yield first
      for await (const piece of body) {
        own.update(piece)
        yield piece
      }
    }
    await add(archive, entryNames.blob(count), first.length + blob.size, pieces(), header)
    all.update(blobLine(facts, own.hex()))
    bytes += blob.size
    show(count)
  }
  return { count, bytes, sha256: all.hex(), missing }
}

/** Nothing is dropped or rebuilt under the hands of a backup; a lock of this kind holds up nobody who reads or writes. */
const lock = async (db: Database, tables: readonly StoredTable[]): Promise<void> => {
  await db.run(`lock table ${tables.map(({ source }) => source.table).join(', ')} in access share mode`, [], 'arrays')
}

const fill = async (archive: Archive, source: BackupSource): Promise<Manifest> => {
  const { database, blobs, clock, show, tell } = source
  const schemaVersion = await findStoredVersion(database.db)
  if (schemaVersion === undefined) throw new Error('There is nothing to keep: the database has no schema of Postern’s.')
  const { tables, strangers } = await listStoredTables(database.db, schemaVersion)
  const guarded = tables.filter(({ isGuarded }) => isGuarded).map(({ name }) => name)
  if (guarded.length > 0)
    throw new Error(
      `This role is shown only some rows of ${guarded.join(', ')}: back up as the owner, or as a member of postern_app.`,
    )
  if (strangers.length > 0) tell(`Left out, since they are not Postern’s: ${strangers.join(', ')}`)
  const work = async (connection: CopyConnection): Promise<Manifest> => {
    const { db } = connection
    const header: Header = { format: formatVersion, createdAt: clock.now().toISOString(), schemaVersion }
    await addJson(archive, entryNames.header, header, header)
    let rows = 0
    const facts: TableFacts[] = []
    const showMore = (more: number) => {
      rows += more
      show(rows, 0)
    }
    for (const table of tables) facts.push(await addTable(archive, connection, table, header, showMore))
    const keys = listBlobKeys(
      db,
      tables.map(({ name }) => name),
    )
    const manifest: Manifest = {
      ...header,
      format: formatVersion,
      tables: facts,
      ...(await readFacts(db, tables)),
      blobs: blobs && (await addBlobs(archive, blobs, keys, header, (count) => show(rows, count))),
    }
    await addJson(archive, entryNames.manifest, manifest, header)
    return manifest
  }
  return database.transaction('read', work, (db) => lock(db, tables))
}

/**
 * Writes all of Postern’s as a tar archive, of one moment, whatever is written meanwhile.
 * @returns the bytes of the archive, and what is in it once they were all read
 */
export const writeArchive = (
  source: BackupSource,
): { bytes: AsyncIterable<Uint8Array>; manifest: Promise<Manifest> } => {
  const { readable, controller } = createTarPacker()
  const manifest = fill(controller, source)
  manifest.then(
    () => controller.finalize(),
    (error) => controller.error(error),
  )
  return { bytes: readable, manifest }
}
