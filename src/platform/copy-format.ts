import type { CopySource } from '#core/copy-database'

/** How values are written does not depend on the server’s settings, nor how long it takes; and nobody’s rows are left out unseen. */
export const copySettings = `
set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
set local bytea_output = 'hex'; set local extra_float_digits = 1;
set local statement_timeout = 0; set local lock_timeout = '10s'; set local idle_in_transaction_session_timeout = 0`

/** A column as it is ordered by: text by its bytes, since languages are not sorted alike everywhere. */
export const orderedBy = ({ column, isText }: CopySource['order'][number]): string =>
  isText ? `${column} collate "C"` : column

/** The rows of a table in one order, which is the same wherever they are. @param where a condition, with its `where` */
export const selectOf = ({ table, columns, order }: CopySource, where = ''): string => {
  const by = order.length > 0 ? `order by ${order.map(orderedBy).join(', ')}` : `order by copied::text collate "C"`
  return `select ${columns.join(', ')} from ${table} copied ${where} ${by}`
}

/** @param cause never holds a value of a row */
export const rowsRefused = (table: string, cause: Error): Error =>
  new Error(`The database refused rows of ${table}.`, { cause })
