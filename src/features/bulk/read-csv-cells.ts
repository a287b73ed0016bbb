const [quote, comma] = ['"', ',']

/**
 * Cells that a spreadsheet would take for a formula, and such with quotes before them: an export puts one more before, and
 * an import takes one away.
 */
export const guardedCell = /^'*[=+\-@\t\r]/

/**
 * The cells of a record of CSV (RFC 4180), without the line break at its end. Undefined where a quote stands that begins or
 * ends nothing.
 */
export const readCsvCells = (text: string): string[] | undefined => {
  const cells: string[] = []
  for (let at = 0; ; ) {
    if (text[at] !== quote) {
      const end = text.indexOf(comma, at)
      const cell = text.slice(at, end < 0 ? undefined : end)
      if (cell.includes(quote)) return undefined
      cells.push(cell)
      if (end < 0) return cells
      at = end + 1
      continue
    }
    let cell = ''
    for (at += 1; ; at += 1) {
      const end = text.indexOf(quote, at)
      if (end < 0) return undefined
      cell += text.slice(at, end)
      at = end + 1
      if (text[at] !== quote) break
      cell += quote
    }
    cells.push(cell)
    if (at >= text.length) return cells
    if (text[at] !== comma) return undefined
    at += 1
  }
}
