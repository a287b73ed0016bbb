/** Pages of rows, each read by the last row of the one before; the next one is read while this one is looked at. */
export async function* readPages<Row>(
  read: (last: Row | undefined) => Promise<Row[]>,
  size: number,
): AsyncGenerator<Row[], undefined> {
  let next = read(undefined)
  for (;;) {
    const page = await next
    const isLast = page.length < size
    if (!isLast) next = read(page.at(-1))
    // Whoever stops reading has no use for its failure either.
    next.catch(() => {})
    if (page.length > 0) yield page
    if (isLast) return undefined
  }
}
