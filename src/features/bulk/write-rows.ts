import type { ExportField, Format } from '#core/bulk-operations'
import { guardedCell } from './read-csv-cells'

export type WrittenRow = Record<ExportField, unknown>

const toText = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A cell of CSV (RFC 4180) that no spreadsheet takes for a formula (OWASP, CSV injection). */
const toCell = (value: unknown): string => {
  const text = toText(value)
  const cell = guardedCell.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

const toLine = (cells: unknown[]) => `${cells.map(toCell).join(',')}\r\n`

/** The first line of a file. */
export const writeHeader = (format: Format, fields: readonly ExportField[]): string =>
  format === 'csv' ? toLine([...fields]) : ''

/** Rows as lines of a file, with these fields in this order. */
export const writeRows = (format: Format, fields: readonly ExportField[], rows: WrittenRow[]): string =>
  rows
    .map((row) =>
      format === 'csv'
        ? toLine(fields.map((field) => row[field]))
        : `${JSON.stringify(Object.fromEntries(fields.map((field) => [field, row[field]])))}\n`,
    )
    .join('')
