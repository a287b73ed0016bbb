import * as z from 'zod'

/** What every list takes: `cursor` is the `nextCursor` of the page before. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many items at the most.' }),
  cursor: z.uuid().optional().meta({ description: 'Where the page before ended.' }),
})
export type PageQuery = z.output<typeof PageQuery>

/** The shape of a page of items. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.uuid().nullable() })

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** Cuts a page out of `limit + 1` rows that are sorted by id: the surplus row says that there is a next page. */
export const toPage = <Row extends { id: string }, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> => {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toItem), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
