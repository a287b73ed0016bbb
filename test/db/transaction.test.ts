import { beforeEach, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { openWorld } from '../platform'
import { testDatabase as db } from '../platform/test-database'
import { withBuilder } from '../platform/with-builder'

const insert = (on: Database, name: string) =>
  on.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, data)
     values (gen_random_uuid(), now(), $1, 'system', 'r', '{}')`,
    [name],
    'objects',
  )

const stored = async () => (await db.run('select type from audit_event order by type', [], 'arrays')).flat()

const failure = new Error('changed my mind')

beforeEach(async () => {
  await openWorld()
})

test('a transaction that ends well is kept and gives what its work gave', async () => {
  const result = await db.transaction(async (tx) => {
    await insert(tx, 'a')
    await insert(tx, 'b')
    return ['done']
  })
  expect(result).toEqual(['done'])
  expect(await stored()).toEqual(['a', 'b'])
})

test('a transaction whose work throws leaves nothing, and throws the very same error', async () => {
  const attempt = db.transaction(async (tx) => {
    await insert(tx, 'a')
    throw failure
  })
  expect(await attempt.catch((error: unknown) => error)).toBe(failure)
  expect(await stored()).toEqual([])
})

test('a statement that Postgres refuses undoes the whole transaction', async () => {
  const attempt = db.transaction(async (tx) => {
    await insert(tx, 'a')
    await tx.run('select 1 / 0', [], 'objects')
  })
  await expect(attempt).rejects.toThrow('22012')
  expect(await stored()).toEqual([])
})

test('nested work that throws undoes its own part, and the rest goes on', async () => {
  await db.transaction(async (tx) => {
    await insert(tx, 'before')
    const inner = tx.transaction(async (nested) => {
      await insert(nested, 'inside')
      throw failure
    })
    expect(await inner.catch((error: unknown) => error)).toBe(failure)
    await insert(tx, 'after')
  })
  expect(await stored()).toEqual(['after', 'before'])
})

test('nested work that ends well is kept with the transaction, or undone with it', async () => {
  const nest = (tx: Database) => tx.transaction((nested) => insert(nested, 'inside'))
  await db.transaction(nest)
  expect(await stored()).toEqual(['inside'])
  const undone = db.transaction(async (tx) => {
    await nest(tx)
    throw failure
  })
  expect(await undone.catch((error: unknown) => error)).toBe(failure)
  expect(await stored()).toEqual(['inside'])
})

test('work that is nested twice undoes all of its own part, also what came before and after an inner failure', async () => {
  await db.transaction(async (tx) => {
    await insert(tx, 'outermost')
    const outer = tx.transaction(async (middle) => {
      await insert(middle, 'before the inner failure')
      await middle
        .transaction(async (inner) => {
          await insert(inner, 'inside')
          throw failure
        })
        .catch(() => {})
      await insert(middle, 'after the inner failure')
      throw failure
    })
    expect(await outer.catch((error: unknown) => error)).toBe(failure)
  })
  expect(await stored()).toEqual(['outermost'])
})

test('a nested part can fail twice in a row', async () => {
  await db.transaction(async (tx) => {
    for (const name of ['first', 'second']) {
      await tx
        .transaction(async (nested) => {
          await insert(nested, name)
          await nested.run('select no_such_column', [], 'objects')
        })
        .catch(() => {})
    }
    await insert(tx, 'kept')
  })
  expect(await stored()).toEqual(['kept'])
})

test('what is read inside a transaction is what it wrote', async () => {
  const { auditEvents } = await import('#db/schema/audit')
  const attempt = db.transaction(async (tx) => {
    await insert(tx, 'a')
    expect(await withBuilder(tx).select({ type: auditEvents.type }).from(auditEvents)).toEqual([{ type: 'a' }])
    throw failure
  })
  expect(await attempt.catch((error: unknown) => error)).toBe(failure)
  expect(await db.select().from(auditEvents)).toEqual([])
})
