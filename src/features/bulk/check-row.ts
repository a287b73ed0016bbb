import * as z from 'zod'
import { isAffordable } from '#core/argon2'
import type { CoreContext } from '#core/context'
import { toFieldErrors } from '#core/field-errors'
import { isBcrypt, readScrypt } from '#core/imported-hashes'
import type { FieldError } from '#core/problems'
import { findUnplainTexts } from '#core/text'
import { checkAttributes } from '../profiles/check-attributes'
import { ProfileChanges } from '../profiles/contract'
import { EmailAddress } from '../profiles/email-address-contract'
import { normalizeEmailAddress } from '../profiles/normalize-email-address'
import { guardedCell } from './read-csv-cells'
import type { FileRecord, Unreadable } from './split-records'

const { name, bio, phone, address, locale, timeZone, website, attributes } = ProfileChanges.shape

/** What a row of an import may have. */
const ImportRow = z.strictObject({
  email: EmailAddress,
  emailVerified: z.boolean().optional(),
  ...{ name, bio, phone, address, locale, timeZone, website, attributes },
  passwordHash: z
    .string()
    .max(512)
    .refine((hash) => isAffordable(hash) || isBcrypt(hash) || readScrypt(hash) !== undefined, {
      error: 'Give an Argon2id, bcrypt or scrypt hash that docs/bulk.md names, within its bounds.',
      params: { code: 'unsupported_hash' },
    })
    .nullable()
    .optional(),
  createdAt: z.iso.datetime({ offset: true }).nullable().optional(),
})
export type ImportRow = z.output<typeof ImportRow>

export type CheckedRow = { row: ImportRow } | { errors: FieldError[] }

const messages: Record<Unreadable, string> = {
  row_too_long: 'A row may have 64 KiB.',
  invalid_encoding: 'This is no UTF-8.',
  malformed_row: 'This can’t be read.',
}

const mostErrors = 10
const mostAttributeBytes = 16 * 1024
/** Names that may be told again; whatever else stands where a name should may be anybody's. */
const tellable = /^(?:\/(?:[a-z][A-Za-z0-9]{0,49}|\d{1,4}))*$/

const fault = (pointer: string, code: string, message: string): FieldError => ({ pointer, code, message })

const tell = (errors: FieldError[]): FieldError[] =>
  errors.slice(0, mostErrors).map((error) => (tellable.test(error.pointer) ? error : { ...error, pointer: '' }))

const fromJsonCell = (cell: string): unknown => {
  try {
    return JSON.parse(cell)
  } catch {
    return cell
  }
}

/** What a cell means. A quote before what a spreadsheet would take for a formula is none of it. */
const fromCell = (column: string, cell: string): unknown => {
  const text = cell.startsWith("'") && guardedCell.test(cell) ? cell.slice(1) : cell
  if (column === 'emailVerified') return text === 'true' ? true : text === 'false' ? false : text
  return column === 'address' || column === 'attributes' ? fromJsonCell(text) : text
}

/** An object of the cells that are not empty; undefined when there are too many or too few. */
const fromCells = (columns: string[], cells: string[]): Record<string, unknown> | undefined =>
  cells.length === columns.length
    ? Object.fromEntries(
        columns.flatMap((column, at) => (cells[at] ? [[column, fromCell(column, cells[at])] as const] : [])),
      )
    : undefined

/** The address in a record that was checked before, and nothing is wrong with. */
export const addressIn = (record: FileRecord, columns: string[] | undefined): string | undefined => {
  if ('unreadable' in record) return undefined
  // The splitter gives lists of texts where there are columns.
  const value = columns ? fromCells(columns, record.value as string[]) : record.value
  const email = typeof value === 'object' && value !== null && 'email' in value ? value.email : undefined
  return typeof email === 'string' ? normalizeEmailAddress(email) : undefined
}

/** Postgres writes JSON with a space after each colon and comma: this has as many, or more. */
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1)).length

const checkRest = (ctx: CoreContext, row: ImportRow): CheckedRow => {
  const checked = checkAttributes(ctx.profileSchema, row.attributes ?? {}, ['public', 'private', 'admin'])
  const errors = [...checked.errors]
  if (bytesOf(checked.values) > mostAttributeBytes) {
    errors.push(fault('/attributes', 'too_big', 'They may have 16 KiB.'))
  }
  if (row.createdAt && new Date(row.createdAt) > ctx.clock.now()) {
    errors.push(fault('/createdAt', 'too_big', 'This is still to come.'))
  }
  return errors.length > 0 ? { errors: tell(errors) } : { row: { ...row, attributes: checked.values } }
}

/** Checks a record of an import. What is wrong is told without what it holds. @param columns of CSV */
export const checkRow = (ctx: CoreContext, record: FileRecord, columns: string[] | undefined): CheckedRow => {
  if ('unreadable' in record) {
    return { errors: [fault('', record.unreadable, messages[record.unreadable])] }
  }
  // The splitter gives lists of texts where there are columns.
  const value = columns ? fromCells(columns, record.value as string[]) : record.value
  if (value === undefined) {
    return { errors: [fault('', 'malformed_row', 'It has not as many cells as there are columns.')] }
  }
  const unplain = findUnplainTexts(value)
  if (unplain.length > 0) {
    const message = 'Line breaks, control characters, malformed Unicode and deep nesting are not accepted.'
    return { errors: tell(unplain.map((pointer) => fault(pointer, 'invalid_text', message))) }
  }
  const parsed = ImportRow.safeParse(value)
  return parsed.success ? checkRest(ctx, parsed.data) : { errors: tell(toFieldErrors(parsed.error.issues)) }
}
