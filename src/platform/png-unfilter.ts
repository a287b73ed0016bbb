const paeth = (a: number, b: number, c: number): number => {
  const pa = Math.abs(b - c)
  const pb = Math.abs(a - c)
  const pc = Math.abs(a + b - 2 * c)
  if (pa <= pb && pa <= pc) return a
  return pb <= pc ? b : c
}

type Filter = (row: Uint8Array, above: Uint8Array, step: number) => void

/** PNG 3rd edition, section 9.2, by number. Each is a loop of its own: rows of photos are long. */
const filters: Filter[] = [
  () => {},
  (row, _, step) => {
    for (let at = step; at < row.length; at += 1) row[at] = (row[at] ?? 0) + (row[at - step] ?? 0)
  },
  (row, above) => {
    for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) + (above[at] ?? 0)
  },
  (row, above, step) => {
    for (let at = 0; at < row.length; at += 1) {
      const left = at < step ? 0 : (row[at - step] ?? 0)
      row[at] = (row[at] ?? 0) + ((left + (above[at] ?? 0)) >> 1)
    }
  },
  (row, above, step) => {
    for (let at = 0; at < step; at += 1) row[at] = (row[at] ?? 0) + (above[at] ?? 0)
    for (let at = step; at < row.length; at += 1) {
      row[at] = (row[at] ?? 0) + paeth(row[at - step] ?? 0, above[at] ?? 0, above[at - step] ?? 0)
    }
  },
]

/**
 * Undoes the filter of a row in place.
 * @param step how many bytes one pixel has, at least 1
 * @returns whether there is such a filter
 */
export const unfilter = (filter: number, row: Uint8Array, above: Uint8Array, step: number): boolean => {
  filters[filter]?.(row, above, step)
  return filter < filters.length
}
