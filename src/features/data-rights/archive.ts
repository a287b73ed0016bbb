import { sha256 } from '@noble/hashes/sha2.js'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { joinBytes } from '#core/join-bytes'

/** A file of an archive, as the manifest names it. */
export interface ArchivedFile {
  name: string
  bytes: number
  /** Hex. */
  sha256: string
}

export interface ArchiveWriter {
  /** Writes one file, from the parts that `write` is given; the next one waits until it is done. */
  add(
    file: { name: string; isPacked?: boolean },
    fill: (write: (part: Uint8Array) => void) => Promise<void>,
  ): Promise<void>
  addText(name: string, text: string): Promise<void>
  /** What it holds so far. */
  files: ArchivedFile[]
  /** Ends it. @returns the ZIP */
  end(): Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()

/**
 * Writes a ZIP as its files come, part by part: only what is packed stays in memory, and each file is hashed on its way.
 * @param madeAt the time that every file has in it
 */
export const openArchive = (madeAt: Date): ArchiveWriter => {
  const packed: Uint8Array[] = []
  const files: ArchivedFile[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    packed.push(part)
  })
  const add: ArchiveWriter['add'] = async ({ name, isPacked = false }, fill) => {
    const entry = isPacked ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 })
    entry.mtime = madeAt
    zip.add(entry)
    const hash = sha256.create()
    let bytes = 0
    await fill((part) => {
      hash.update(part)
      bytes += part.length
      entry.push(part)
    })
    entry.push(new Uint8Array(), true)
    files.push({ name, bytes, sha256: hash.digest().toHex() })
  }
  return {
    add,
    addText: (name, text) => add({ name }, async (write) => write(encoder.encode(text))),
    files,
    end: () => {
      zip.end()
      return joinBytes(packed)
    },
  }
}
