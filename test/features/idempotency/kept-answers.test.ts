import { expect, test } from 'bun:test'
import { idempotentAnswers } from '#db/schema/idempotency'
import { deleteExpiredAnswers } from '#features/idempotency/delete-expired-answers'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { findSecrets } from '../find-secrets'
import { addPeople, daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'
import { registerAndLogIn } from '../people'
import { codeOf, createNotes, listNotes, Note, sendNote } from './notes'

const notes = createNotes()

const kept = (world: World) => world.db.select().from(idempotentAnswers)

test('neither the answer, nor the body, nor the key can be read where they are kept, nor in a log or a statement', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  const attempt = { token: accessToken, key: 'the-key-of-this-test', text: 'text of a note' }
  const { id, secret } = Note.parse(JSON.parse((await sendNote(notes, world, attempt)).text))
  const rows = await kept(world)
  expect(rows).toMatchObject([{ status: 201, sealedBody: expect.stringMatching(/^v1\./) }])
  const secrets = [attempt.key, attempt.text, secret, `/notes/${id}`]
  expect(findSecrets(JSON.stringify([rows, world.logs, world.statements]), secrets)).toEqual([])
})

test('an answer is bound to its owner and its key: under another one it can’t be opened', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  await sendNote(notes, world, { token, key: 'a' })
  await sendNote(notes, world, { token, key: 'b' })
  await world.db.run(
    `update idempotent_answer set sealed_body = other.sealed_body, request_hash = idempotent_answer.request_hash
     from idempotent_answer other where other.key_hash <> idempotent_answer.key_hash`,
    [],
    'objects',
  )
  const reply = await sendNote(notes, world, { token, key: 'a' })
  expect(reply.status).toBe(500)
})

test('an answer that an older SECRET sealed is still given, while that one is configured', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const first = await sendNote(notes, world, { token, key: 'a' })
  const rotated = world.startAnother({ SECRET: `a newer root secret of the test platform,${world.config.SECRET[0]}` })
  expect((await sendNote(notes, rotated, { token, key: 'a' })).text).toBe(first.text)
})

test('workers are told of the jobs of a request when they are committed, and not when it throws', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const pokes: number[] = []
  const pokeJobs = () => void pokes.push(world.statements.length)
  const instance = world.startAnother({}, { pokeJobs })
  await sendNote(notes, instance, { token, key: 'a' })
  expect(pokes).toEqual([world.statements.length])
  await sendNote(notes, instance, { token, key: 'a' })
  await sendNote(
    createNotes(() => Promise.reject(new Error('broke off'))),
    instance,
    { token, key: 'b' },
  )
  expect(pokes).toHaveLength(1)
})

test('a request that breaks off in its middle has done nothing, and the next one with its key does it', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const broken = createNotes(() => Promise.reject(new Error('broke off')))
  const reply = await sendNote(broken, world, { token, key: 'a' })
  expect(reply.status).toBe(500)
  expect([await kept(world), await listNotes(world.db)]).toEqual([[], []])
  expect((await sendNote(notes, world, { token, key: 'a' })).status).toBe(201)
})

test('a request that is done and can’t be committed is answered by the failure alone', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const transaction: typeof world.db.transaction = (work) =>
    world.db.transaction(async (tx) => {
      await work(tx)
      throw new Error('the commit failed')
    })
  const instance = world.startAnother({}, { db: { ...world.db, transaction } })
  const reply = await sendNote(notes, instance, { token, key: 'a' })
  expect([reply.status, codeOf(reply)]).toEqual([500, 'unexpected'])
  for (const name of ['location', 'set-cookie']) expect(reply.headers.has(name)).toBe(false)
  expect(await listNotes(world.db)).toEqual([])
})

/** Answers that were given then; their status says which is which. */
const addAnswers = async (world: World, instants: Date[]) => {
  const [userId = ''] = await addPeople(world, 1)
  await world.db.insert(idempotentAnswers).values(
    instants.map((createdAt, index) => ({
      userId,
      keyHash: `key ${index}`,
      requestHash: 'request',
      status: index,
      sealedBody: 'sealed',
      createdAt,
    })),
  )
}

const keptStatuses = async (world: World) => (await kept(world)).map(({ status }) => Number(status)).toSorted()

test('an answer goes a day after it was given; what is younger stays', async () => {
  const world = await openWorld()
  await addAnswers(world, [daysAgo(world, 2), daysAgo(world, 1, 1), daysAgo(world, 1), daysAgo(world, 0)])
  await keepHouse(world, deleteExpiredAnswers)
  expect(await keptStatuses(world)).toEqual([2, 3])
})

test('many answers go in several batches, each a statement of its own', async () => {
  const world = await openWorld()
  await addAnswers(world, [...Array(1_000).fill(daysAgo(world, 2)), daysAgo(world, 0)])
  expect(await keepHouse(world, deleteExpiredAnswers)).toBe(3)
  expect(await keptStatuses(world)).toEqual([1_000])
})

if (isOnServer) {
  test('answers that others work on are left to them, without a wait, and go the next time', async () => {
    const world = await openWorld()
    await addAnswers(world, Array(3).fill(daysAgo(world, 2)))
    const lock = 'select 1 from idempotent_answer where status = $1'
    await keepHouseBeside(world, deleteExpiredAnswers, lock, [1])
    expect(await keptStatuses(world)).toEqual([1])
    await keepHouse(world, deleteExpiredAnswers)
    expect(await keptStatuses(world)).toEqual([])
  })
}
