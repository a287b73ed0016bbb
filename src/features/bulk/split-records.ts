import type { Format } from '#core/bulk-operations'
import { readCsvCells } from './read-csv-cells'

export type Bytes = Uint8Array<ArrayBuffer>

/** Why a record is none. */
export type Unreadable = 'row_too_long' | 'invalid_encoding' | 'malformed_row'

/** A record of a file: what it holds, or why that can't be said. */
export type FileRecord = { value: unknown } | { unreadable: Unreadable }

export interface SplitOptions {
  format: Format
  /** Whether the file ends with these bytes. */
  isEnd: boolean
  /** Of one record. */
  mostBytes: number
  mostRecords: number
}

export interface SplitRecords {
  records: FileRecord[]
  /** How many bytes they take; what follows belongs to a record that is not whole. */
  used: number
  /** Whether the last one goes on behind the bytes, which are used up: what is left of it ends with its line. */
  isCut: boolean
}

const [newline, carriageReturn, quote] = [0x0a, 0x0d, 0x22]

/** Where a record ends: at a line break, in CSV at one outside quotes. -1 where it does not end. */
const findEnd = (bytes: Bytes, from: number, format: Format): number => {
  if (format === 'ndjson') return bytes.indexOf(newline, from)
  let isQuoted = false
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] === quote) isQuoted = !isQuoted
    else if (bytes[at] === newline && !isQuoted) return at
  }
  return -1
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decode = (bytes: Bytes): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const parseJson = (text: string): FileRecord => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { unreadable: 'malformed_row' }
  }
}

/** The record of some bytes; undefined for a blank line. A cell of CSV is a list of texts. */
const parse = (bytes: Bytes, format: Format): FileRecord | undefined => {
  const line = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
  const text = decode(line)
  if (text === undefined) return { unreadable: 'invalid_encoding' }
  if (text.trim() === '') return undefined
  if (format === 'ndjson') return parseJson(text)
  const cells = readCsvCells(text)
  return cells ? { value: cells } : { unreadable: 'malformed_row' }
}

/**
 * Splits bytes of NDJSON or CSV (UTF-8, lines that end with LF or CRLF) into records. A record that can't be read costs no
 * other one: after it, the next line is read.
 */
export const splitRecords = (bytes: Bytes, { format, isEnd, mostBytes, mostRecords }: SplitOptions): SplitRecords => {
  const records: FileRecord[] = []
  let used = 0
  while (records.length < mostRecords && used < bytes.length) {
    const found = findEnd(bytes, used, format)
    if (found < 0 && !isEnd && bytes.length - used <= mostBytes) break
    const end = found < 0 ? bytes.length : found
    const isTooLong = end - used > mostBytes
    const record = isTooLong ? { unreadable: 'row_too_long' as const } : parse(bytes.subarray(used, end), format)
    if (record) records.push(record)
    // A quote too many hides where the record ends, so that is where its line does.
    const lineEnd = record && 'unreadable' in record ? bytes.indexOf(newline, used) : found
    if (lineEnd < 0) return { records, used: bytes.length, isCut: !isEnd }
    used = lineEnd + 1
  }
  return { records, used, isCut: false }
}
