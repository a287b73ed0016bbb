import { createTarDecoder, type ParsedTarEntry } from 'modern-tar'
import type * as z from 'zod'
import { toStream } from '#platform/archive-codec'
import { startDigest } from '#platform/running-digest'
import { BlobFacts, blobLine } from './archived-blobs'
import { type RowCount, startCount } from './copied-rows'
import { BrokenArchive, entryNames, formatVersion, Header, isBlobEntry, Manifest, tableOfEntry } from './manifest'

export interface StoredBytes extends BlobFacts {
  bytes: Uint8Array<ArrayBuffer>
}

/** What is done with what comes out of an archive. What is not taken is only checked. */
export interface ArchiveTaker {
  header?(header: Header): void | Promise<void>
  table?(name: string, parts: AsyncIterable<Uint8Array>): Promise<void>
  blob?(blob: StoredBytes): Promise<void>
  /** Is told how many bytes of the content came by. */
  show?(bytes: number): void
}

const newLine = 10
const decoder = new TextDecoder('utf-8', { fatal: true })

const parse = <Value>(shape: z.ZodType<Value>, bytes: Uint8Array, what: string): Value => {
  try {
    return shape.parse(JSON.parse(decoder.decode(bytes)))
  } catch (error) {
    throw new BrokenArchive(`The ${what} of the archive can’t be read.`, { cause: error })
  }
}

const readHeader = (bytes: Uint8Array): Header => {
  const header = parse(Header, bytes, 'header')
  if (header.format > formatVersion) {
    throw new BrokenArchive(
      `The archive has format ${header.format}; this build reads up to ${formatVersion}. Use the build that wrote it, or a newer one.`,
    )
  }
  return header
}

const readBlob = (bytes: Uint8Array<ArrayBuffer>): StoredBytes => {
  const end = bytes.indexOf(newLine)
  return { ...parse(BlobFacts, bytes.subarray(0, Math.max(0, end)), 'name of a file'), bytes: bytes.slice(end + 1) }
}

/** What was counted against what the archive says of itself. */
const compare = (
  manifest: Manifest,
  tables: ReadonlyMap<string, RowCount>,
  blobs: { count: number; sha256: string },
): void => {
  for (const { name, rows, sha256 } of manifest.tables) {
    const found = tables.get(name) ?? startCount().end()
    if (found.rows !== rows || found.sha256 !== sha256) {
      throw new BrokenArchive(`${name} is not as it was written: ${found.rows} rows of ${rows}, or other ones.`)
    }
  }
  const known = new Set(manifest.tables.map(({ name }) => name))
  const more = [...tables.keys()].find((name) => !known.has(name))
  if (more !== undefined) throw new BrokenArchive(`${more} is in the archive, but not in its manifest.`)
  const { count, sha256 } = manifest.blobs ?? { count: 0, sha256: startDigest().hex() }
  if (blobs.count !== count || blobs.sha256 !== sha256)
    throw new BrokenArchive('Its files are not as they were written.')
}

const asBroken = (error: unknown): never => {
  throw error instanceof BrokenArchive
    ? error
    : new BrokenArchive('The archive is damaged or cut off.', { cause: error })
}

/** The bytes of an entry, which is small or a part. */
const bytesOf = ({ body }: ParsedTarEntry) => new Response(body).bytes().catch(asBroken)

/**
 * Reads an archive once, from its beginning to its end, and holds every row and every file against the manifest, which comes
 * last. So what was taken counts only once this has resolved. Throws `BrokenArchive`.
 */
export const readArchive = async (archive: AsyncIterable<Uint8Array>, taker: ArchiveTaker = {}): Promise<Manifest> => {
  const entries = toStream(archive)
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader()
  const next = async () => (await entries.read().catch(asBroken)).value
  const tables = new Map<string, RowCount>()
  const allBlobs = startDigest()
  let [blobCount, seen] = [0, 0]
  const see = (bytes: Uint8Array) => {
    seen += bytes.length
    taker.show?.(seen)
  }
  let entry = await next()

  const takeTable = async (name: string) => {
    if (tables.has(name)) throw new BrokenArchive(`${name} is in the archive twice.`)
    const count = startCount()
    const parts = async function* () {
      for (; entry && tableOfEntry(entry.header.name) === name; entry = await next()) {
        const bytes = await bytesOf(entry)
        count.take(bytes)
        yield bytes
        see(bytes)
      }
    }
    const rest = parts()
    await taker.table?.(name, rest)
    for await (const _ of rest);
    tables.set(name, count.end())
  }

  const takeBlob = async (bytes: Uint8Array<ArrayBuffer>) => {
    const blob = readBlob(bytes)
    const own = startDigest()
    own.update(blob.bytes)
    allBlobs.update(blobLine(blob, own.hex()))
    blobCount += 1
    await taker.blob?.(blob)
    see(bytes)
  }

  if (entry?.header.name !== entryNames.header) throw new BrokenArchive('This is no backup of Postern’s.')
  await taker.header?.(readHeader(await bytesOf(entry)))
  entry = await next()
  while (entry) {
    const { name } = entry.header
    const table = tableOfEntry(name)
    if (table !== undefined) await takeTable(table)
    else if (isBlobEntry(name)) {
      await takeBlob(await bytesOf(entry))
      entry = await next()
    } else if (name === entryNames.manifest) {
      const manifest = parse(Manifest, await bytesOf(entry), 'manifest')
      compare(manifest, tables, { count: blobCount, sha256: allBlobs.hex() })
      if (await next()) throw new BrokenArchive('Something comes after the end of the archive.')
      return manifest
    } else throw new BrokenArchive(`The archive has an entry of another kind: ${name}`)
  }
  throw new BrokenArchive('The archive is cut off: its manifest is missing.')
}
