import { toUuid, uuidDigits } from '#core/token-bytes'

/**
 * How far an export of the record came: after a record of a build that gave no positions, by its id; or in the retention
 * `at`, counted from 0, after a position. 0 stands before all.
 */
export type ExportCursor = { afterId: string } | { at: number; after: number }

/**
 * The same as an id, which is what operations keep. A retention and a position make one of version 8 (RFC 9562, section
 * 5.8), which looks as if it was made at `moment`, in milliseconds since 1970: by that the operation says how far it is.
 */
export const writeExportCursor = ({ at, after }: { at: number; after: number }, moment: number): string =>
  toUuid(
    [
      Math.trunc(moment).toString(16).padStart(12, '0'),
      `8${at.toString(16).padStart(3, '0')}`,
      `8${after.toString(16).padStart(15, '0')}`,
    ].join(''),
  )

/** What `writeExportCursor` wrote, or the id of a record. */
export const readExportCursor = (id: string): ExportCursor => {
  const digits = uuidDigits(id)
  if (digits[12] !== '8') return { afterId: id }
  return { at: Number.parseInt(digits.slice(13, 16), 16), after: Number.parseInt(digits.slice(17), 16) }
}
