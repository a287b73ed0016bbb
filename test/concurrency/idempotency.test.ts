import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createPostgres } from '#platform/postgres'
import { codeOf, createNotes, listNotes, sendNote } from '../features/idempotency/notes'
import { registerAndLogIn } from '../features/people'
import { openWorld, type World } from '../platform'
import { createDatabase } from '../support/postgres'
import { inParallel } from './parallel'

const serverUrl = process.env.TEST_DATABASE_URL ?? ''
const database = await createDatabase(serverUrl)
const pools: ReturnType<typeof createPostgres>[] = []

/** Connections of an instance to the database of this suite. */
const connect = (maxConnections: number, timeoutSeconds = 20) => {
  const pool = createPostgres({
    url: database.url,
    prepare: true,
    serverDeadline: true,
    timeoutSeconds,
    maxConnections,
  })
  pools.push(pool)
  return pool.db
}

let world: World
/** Two instances of the product. */
let instances: World[]
let token: string

beforeAll(async () => {
  const nowhere = await openWorld()
  world = nowhere.startAnother({}, { db: connect(8) })
  instances = [world, world.startAnother({}, { db: connect(24) })]
  token = (await registerAndLogIn(world)).accessToken
})

afterAll(async () => {
  await Promise.all(pools.map(({ close }) => close()))
  await database.drop()
})

/** The notes of this text. */
const countNotes = async (text: string) => (await listNotes(world.platform.db)).filter((note) => note === text).length

const send = (router: ReturnType<typeof createNotes>, text: string, index = 0) =>
  sendNote(router, instances[index % 2] ?? world, { token, key: `key of ${text}`.replaceAll(' ', '-'), text })

test('of twenty requests with one key at once, on two instances, one is done and all are answered alike', async () => {
  for (let round = 0; round < 5; round += 1) {
    const text = `note ${round}`
    const notes = createNotes(() => Bun.sleep(20))
    const replies = await inParallel(20, (index) => send(notes, text, index))
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(19)
    expect(await countNotes(text)).toBe(1)
  }
})

test('of twenty requests at once whose first three throw, the fourth is done and all after it are answered alike', async () => {
  let runs = 0
  const notes = createNotes(async () => {
    runs += 1
    if (runs <= 3) throw new Error('broke off')
  })
  const replies = await inParallel(20, (index) => send(notes, 'the fourth', index))
  const statuses = replies.map(({ status }) => status).toSorted()
  expect(statuses).toEqual([...Array(17).fill(201), ...Array(3).fill(500)])
  expect(new Set(replies.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1)
  expect([runs, await countNotes('the fourth')]).toEqual([4, 1])
})

test('twenty requests with one key and bodies of their own: one is done, the others are refused', async () => {
  const notes = createNotes()
  const replies = await inParallel(20, (index) =>
    sendNote(notes, instances[index % 2] ?? world, { token, key: 'one-for-all', text: `body ${index}` }),
  )
  const refused = replies.filter(({ status }) => status !== 201)
  expect(refused.map(codeOf)).toEqual(Array(19).fill('idempotency_key_reused'))
  expect((await listNotes(world.platform.db)).filter((note) => String(note).startsWith('body'))).toHaveLength(1)
})

test('of twenty requests at once under a key that has grown old one is done anew', async () => {
  const notes = createNotes()
  const first = await send(notes, 'an old one')
  await world.platform.db.run(
    `update idempotent_answer set created_at = $1::timestamptz - interval '24 hours'`,
    [world.clock.now()],
    'objects',
  )
  const replies = await inParallel(20, (index) => send(notes, 'an old one', index))
  const [again, ...others] = new Set(replies.map(({ text }) => text))
  expect([others, again === first.text, await countNotes('an old one')]).toEqual([[], false, 2])
})

test('a process that dies in the middle leaves neither effect nor answer: who waits for it does it', async () => {
  const written = Promise.withResolvers<number>()
  const dying = createNotes(async ({ db }) => {
    const [row] = await db.run('select pg_backend_pid()', [], 'arrays')
    written.resolve(Number(Array.isArray(row) ? row[0] : undefined))
    await Bun.sleep(500)
  })
  const first = send(dying, 'of the dead')
  const processId = await written.promise
  const second = send(createNotes(), 'of the dead', 1)
  await Bun.sleep(100)
  expect(await countNotes('of the dead')).toBe(0)
  // To the database, the death of a process is the end of its connection.
  await world.platform.db.run('select pg_terminate_backend($1::integer)', [processId], 'objects')
  expect((await second).headers.has('idempotent-replayed')).toBe(false)
  expect([(await first).status, (await second).status, await countNotes('of the dead')]).toEqual([503, 201, 1])
  expect((await send(createNotes(), 'of the dead')).text).toBe((await second).text)
})

test('who waits for too long is told to come again, and then gets the answer', async () => {
  const impatient = world.startAnother({}, { db: connect(4, 1) })
  const written = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const slow = createNotes(async () => {
    written.resolve()
    await finish.promise
  })
  const attempt = { token, key: 'slow', text: 'a slow one' }
  const first = sendNote(slow, world, attempt)
  await written.promise
  const early = await sendNote(createNotes(), impatient, attempt)
  expect([early.status, codeOf(early), early.headers.get('retry-after')]).toEqual([503, 'database_unavailable', '1'])
  finish.resolve()
  expect((await first).status).toBe(201)
  expect((await sendNote(createNotes(), impatient, attempt)).text).toBe((await first).text)
  expect(await countNotes('a slow one')).toBe(1)
})
