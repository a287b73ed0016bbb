/** A table of Markdown, whose columns are wide enough to be read as it is. */
export const table = (head: string[], rows: string[][]): string => {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Rows with the same members, in their order. */
export type Row = Record<string, string | number>

/** The same of rows that name their columns. */
export const tableOf = (rows: Row[]): string => {
  const names = Object.keys(rows[0] ?? {})
  return table(
    names,
    rows.map((row) => names.map((name) => String(row[name] ?? ''))),
  )
}

/** A number with as much of it as matters, thousands apart. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return ''
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2)
}
