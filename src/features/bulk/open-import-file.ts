import { importFields } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import { listParts } from './file-queries'
import type { OperationRow } from './operation-contract'
import { readCsvCells } from './read-csv-cells'
import { type Bytes, type FileRecord, splitRecords } from './split-records'

/** What is read at a time: some hundred rows as they usually are. */
const windowBytes = 512 * 1024
const mostRowBytes = 64 * 1024
const mostRecords = 500

/** A part of a file: its records, and the byte behind it. */
export interface FilePart {
  records: FileRecord[]
  to: number
  isLast: boolean
}

/** The file of an import, which is read part by part. */
export interface ImportFile {
  /** The names of the columns; NDJSON has none. */
  columns: string[] | undefined
  readPart(from: number): Promise<FilePart>
}

/** A file that no try will ever read; the word says why. */
export interface UnreadableFile {
  failure: 'file_missing' | 'header_invalid'
}

const byteOrderMark = [0xef, 0xbb, 0xbf]

const readHeader = (line: Bytes): string[] | undefined => {
  const text = new TextDecoder().decode(line)
  const columns = readCsvCells(text.replace(/\r?\n?$/, ''))?.map((name) => name.trim())
  const areKnown = columns?.every((name) => importFields.includes(name)) && columns.includes('email')
  return areKnown && new Set(columns).size === columns?.length ? columns : undefined
}

/** Opens the file of an import. Throws `blobs-unavailable`. */
export async function openImportFile(ctx: JobContext, operation: OperationRow): Promise<ImportFile | UnreadableFile> {
  const { format = 'ndjson', bytes: size = 0 } = operation.options
  const parts = (await listParts(ctx.db, { operationId: operation.id, now: ctx.clock.now() })).map(({ key }) => ({
    key,
    start: Number(key.slice(key.lastIndexOf('/') + 1)),
  }))
  if (parts.length === 0) return { failure: 'file_missing' }

  const readBytes = async (from: number): Promise<Bytes> => {
    const bytes = new Uint8Array(Math.min(windowBytes, size - from))
    for (let filled = 0; filled < bytes.length; ) {
      const at = from + filled
      const index = parts.findLastIndex(({ start }) => start <= at)
      const part = parts[index]
      const end = Math.min(parts[index + 1]?.start ?? size, from + bytes.length)
      const blob = part && (await ctx.blobs.get(part.key, { offset: at - part.start, length: end - at }))
      if (!blob) throw new Error('A part of the file is gone.')
      const read = new Uint8Array(await new Response(blob.body).arrayBuffer())
      if (read.length !== end - at) throw new Error('A part of the file is not whole.')
      bytes.set(read, filled)
      filled += read.length
    }
    return bytes
  }

  /** Where the line ends that goes on at a byte. */
  const findLineEnd = async (from: number): Promise<number> => {
    for (let at = from; at < size; at += windowBytes) {
      const found = (await readBytes(at)).indexOf(0x0a)
      if (found >= 0) return at + found + 1
    }
    return size
  }

  const first = await readBytes(0)
  const begin = byteOrderMark.every((byte, at) => first[at] === byte) ? byteOrderMark.length : 0
  const headerEnd = first.indexOf(0x0a, begin) + 1 || first.length
  const columns = format === 'csv' ? readHeader(first.subarray(begin, headerEnd)) : undefined
  if (format === 'csv' && !columns) return { failure: 'header_invalid' }
  const dataStart = columns ? headerEnd : begin

  return {
    columns,
    readPart: async (offset) => {
      const from = Math.max(offset, dataStart)
      const bytes = await readBytes(from)
      const isEnd = from + bytes.length >= size
      const { records, used, isCut } = splitRecords(bytes, { format, isEnd, mostBytes: mostRowBytes, mostRecords })
      const to = isCut ? await findLineEnd(from + used) : from + used
      return { records, to, isLast: to >= size }
    },
  }
}
