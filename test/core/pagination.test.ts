import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Page, PageQuery, toPage } from '#core/pagination'
import './fixed-seed'

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(count - index) }))

/** Walks a list to its end as a caller does, page by page. */
const walk = (rows: { id: string }[], limit: number): string[] => {
  const after = (cursor: string | null) => rows.slice(rows.findIndex(({ id }) => id === cursor) + 1, rows.length)
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Page<string> = toPage(after(cursor).slice(0, limit + 1), limit, ({ id }) => id)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    seen.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return seen
}

test('page by page a list is seen whole, in order and each item once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (count, limit) => {
      const rows = rowsOf(count)
      expect(walk(rows, limit)).toEqual(rows.map(({ id }) => id))
    }),
  )
})

test('a page that holds all has no next one, not even when it is full', () => {
  expect(toPage(rowsOf(3), 3, ({ id }) => id)).toEqual({ items: ['3', '2', '1'], nextCursor: null })
  expect(toPage(rowsOf(4), 3, ({ id }) => id)).toEqual({ items: ['4', '3', '2'], nextCursor: '2' })
  expect(toPage([], 3, String)).toEqual({ items: [], nextCursor: null })
})

test('a page has 1 to 100 items, 20 unless asked, and its cursor is an id', () => {
  expect(PageQuery.parse({})).toEqual({ limit: 20 })
  expect(PageQuery.parse({ limit: '100' })).toEqual({ limit: 100 })
  for (const query of [
    { limit: '0' },
    { limit: '101' },
    { limit: '1.5' },
    { limit: 'all' },
    { cursor: 'x' },
    { page: '2' },
  ]) {
    expect(PageQuery.safeParse(query).success).toBe(false)
  }
})
