import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { type Driver, openDatabase } from '#db/database'
import { statement } from '#db/statement'
import { testDatabase as db } from '../platform/test-database'
import '../core/fixed-seed'

/** A database that only says what it was asked. */
const createEcho = () => {
  const asked: unknown[] = []
  const driver: Driver = {
    run: async (text, values, rows) => {
      asked.push({ text, values, rows })
      return []
    },
    script: async () => [],
    begin: (work) => work(driver),
  }
  return { db: openDatabase(driver), asked }
}

test('each value is a parameter, named in the text by its place, as often as it is used', async () => {
  const echo = createEcho()
  const find = statement<{ id: string; at: Date; maybe: null }, object>(
    'find',
    (value) => sql`select ${value.id}, ${value.at}, ${value.id}, ${value.maybe}`,
  )
  const at = new Date(0)
  await find(echo.db, { id: "'; drop table x --", at, maybe: null })
  expect(echo.asked).toEqual([
    { text: 'select $1, $2, $3, $4', values: ["'; drop table x --", at, "'; drop table x --", null], rows: 'objects' },
  ])
})

test('the text is built once, at the first use', async () => {
  const echo = createEcho()
  let built = 0
  const find = statement<{ n: number }, object>('find', (value) => {
    built += 1
    return sql`select ${value.n}`
  })
  expect(built).toBe(0)
  for (const n of [1, 2, 3]) await find(echo.db, { n })
  expect(built).toBe(1)
})

const echoText = statement<{ text: string }, { text: string }>(
  'echoText',
  (value) => sql`select ${value.text}::text as text`,
)
const echoJson = statement<{ json: string }, { json: unknown }>(
  'echoJson',
  (value) => sql`select ${value.json}::text::jsonb as json`,
)
const echoNumber = statement<{ number: number }, { number: number }>(
  'echoNumber',
  (value) => sql`select ${value.number}::integer as number`,
)
const echoInstant = statement<{ instant: Date }, { instant: Date }>(
  'echoInstant',
  (value) => sql`select ${value.instant}::timestamptz as instant`,
)
const echoBoolean = statement<{ yes: boolean }, { yes: boolean }>(
  'echoBoolean',
  (value) => sql`select ${value.yes}::boolean as yes`,
)

const withoutNul = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed())

test('texts, numbers, instants, truths and JSON come back from the database as they went', async () => {
  await fc.assert(
    fc.asyncProperty(
      withoutNul,
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
      fc.boolean(),
      async (text, number, instant, yes) => {
        expect(await echoText(db, { text })).toEqual([{ text }])
        expect(await echoNumber(db, { number })).toEqual([{ number }])
        expect(await echoInstant(db, { instant })).toEqual([{ instant }])
        expect(await echoBoolean(db, { yes })).toEqual([{ yes }])
        expect(await echoJson(db, { json: JSON.stringify({ text, yes }) })).toEqual([{ json: { text, yes } }])
      },
    ),
    { numRuns: 40 },
  )
})

test('the builder reads rows in the order of its columns, with dates and JSON as they are', async () => {
  const { users } = await import('#db/schema/profiles')
  const { openWorld } = await import('../platform')
  await openWorld()
  const createdAt = new Date('2026-11-22T12:00:00.123Z')
  const row = { id: crypto.randomUUID(), email: 'ada@example.com', createdAt, updatedAt: createdAt }
  await db.insert(users).values({ ...row, address: { country: 'GB' } })
  expect(await db.select().from(users)).toMatchObject([{ ...row, address: { country: 'GB' }, name: null }])
})
