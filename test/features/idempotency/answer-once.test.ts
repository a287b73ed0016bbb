import { beforeEach, expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { type Attempt, codeOf, createNotes, listNotes, Note, refusedText, sendNote } from './notes'

const notes = createNotes()
const day = 86_400

let world: World
let token: string
const send = (attempt: Attempt) => sendNote(notes, world, { token, ...attempt })
const replayed = 'idempotent-replayed'

beforeEach(async () => {
  world = await openWorld()
  token = (await registerAndLogIn(world)).accessToken
})

test('the same request with the same key is done once and answered alike: status, body, type and address', async () => {
  const first = await send({ key: 'a' })
  const second = await send({ key: 'a' })
  expect(first.status).toBe(201)
  expect(Note.parse(JSON.parse(first.text)).text).toBe('a note')
  expect([second.status, second.text]).toEqual([201, first.text])
  for (const name of ['content-type', 'location']) {
    expect(first.headers.get(name)).toBeString()
    expect(second.headers.get(name)).toBe(first.headers.get(name))
  }
  expect([first.headers.get(replayed), second.headers.get(replayed)]).toEqual([null, 'true'])
  expect(second.headers.has('set-cookie')).toBe(false)
  expect(await listNotes(world.db)).toEqual(['a note'])
})

test('without a key, and with another one, each request is done', async () => {
  const replies = [await send({}), await send({}), await send({ key: 'a' }), await send({ key: 'b' })]
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(new Set(replies.map(({ text }) => text)).size).toBe(4)
  expect(replies.some(({ headers }) => headers.has(replayed))).toBe(false)
  expect(await listNotes(world.db)).toHaveLength(4)
})

test('an answer without a body is given again without one', async () => {
  const attempt = { key: 'a', path: '/silent' }
  const replies = [await send(attempt), await send(attempt)]
  expect(replies.map(({ status, text }) => [status, text])).toEqual([
    [204, ''],
    [204, ''],
  ])
  expect(replies[1]?.headers.get(replayed)).toBe('true')
  expect(await listNotes(world.db)).toHaveLength(1)
})

test('another body, another route or another query with the key is refused, and the first answer stays', async () => {
  const first = await send({ key: 'a' })
  for (const other of [{ text: 'another note' }, { path: '/others' }, { path: '/notes?x=1' }]) {
    const reply = await send({ key: 'a', ...other })
    expect([reply.status, codeOf(reply)]).toEqual([422, 'idempotency_key_reused'])
    expect(reply.headers.has(replayed)).toBe(false)
  }
  expect((await send({ key: 'a' })).text).toBe(first.text)
  expect(await listNotes(world.db)).toEqual(['a note'])
})

test('the same key of someone else is another key', async () => {
  const hers = (await registerAndLogIn(world, grace)).accessToken
  const mine = await send({ key: 'a' })
  const reply = await send({ key: 'a', token: hers, text: 'her note' })
  expect(reply.status).toBe(201)
  expect(reply.headers.has(replayed)).toBe(false)
  expect((await send({ key: 'a' })).text).toBe(mine.text)
  expect((await send({ key: 'a', token: hers, text: 'her note' })).text).toBe(reply.text)
  expect(await listNotes(world.db)).toHaveLength(2)
})

test('an answer is given again in another session of the same person, and on another instance', async () => {
  const first = await send({ key: 'a' })
  const other = world.startAnother()
  const again = await sendNote(notes, other, { token: (await logIn(world)).accessToken, key: 'a' })
  expect([again.status, again.text]).toEqual([201, first.text])
})

test('nobody gets an answer again whose session has ended', async () => {
  await send({ key: 'a' })
  await world.send('POST /v1/auth/logout', { token })
  for (const key of ['a', 'b']) {
    const reply = await send({ key })
    expect([reply.status, codeOf(reply)]).toEqual([401, 'session_revoked'])
  }
  expect(await listNotes(world.db)).toHaveLength(1)
})

test('a caller without a session is told so, and takes no key', async () => {
  const request = { key: 'a', path: '/notes' }
  expect(codeOf(await sendNote(notes, world, request))).toBe('unauthenticated')
  expect(codeOf(await sendNote(notes, world, { ...request, token: 'a.b.c' }))).toBe('invalid_access_token')
  expect((await send({ key: 'a' })).status).toBe(201)
})

test('what throws has done nothing and leaves its key free, also for another request', async () => {
  for (const key of ['a', 'a']) {
    const reply = await send({ key, text: refusedText })
    expect([reply.status, codeOf(reply)]).toEqual([404, 'not_found'])
    expect(reply.headers.has(replayed)).toBe(false)
  }
  expect(await listNotes(world.db)).toEqual([])
  expect((await send({ key: 'a' })).status).toBe(201)
  expect(await listNotes(world.db)).toEqual(['a note'])
})

test('a body that is not valid takes no key', async () => {
  const request = new Request(new URL('/notes', world.config.BASE_URL), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': 'a' },
    body: '{"text":1}',
  })
  expect((await notes.fetch(request, world.platform)).status).toBe(422)
  expect((await send({ key: 'a' })).status).toBe(201)
})

test('a route that refuses without throwing is a fault of ours: nothing is done and nothing of it gets out', async () => {
  const reply = await send({ key: 'a', path: '/wrong' })
  expect([reply.status, codeOf(reply)]).toEqual([500, 'unexpected'])
  expect(await listNotes(world.db)).toEqual([])
})

test('an answer is given for a day less a moment; then the key is new, for any request', async () => {
  const first = await send({ key: 'a' })
  world.advance(day - 0.001)
  token = (await logIn(world)).accessToken
  expect((await send({ key: 'a' })).text).toBe(first.text)
  world.advance(0.001)
  const later = await send({ key: 'a', text: 'a later note' })
  expect([later.status, later.headers.get(replayed)]).toEqual([201, null])
  expect((await send({ key: 'a', text: 'a later note' })).text).toBe(later.text)
  expect(codeOf(await send({ key: 'a' }))).toBe('idempotency_key_reused')
  expect(await listNotes(world.db)).toEqual(['a note', 'a later note'])
})

test('what throws when the key had grown old leaves the old answer, which is not given again', async () => {
  await send({ key: 'a' })
  world.advance(day)
  token = (await logIn(world)).accessToken
  expect((await send({ key: 'a', text: refusedText })).status).toBe(404)
  expect((await send({ key: 'a' })).headers.has(replayed)).toBe(false)
  expect(await listNotes(world.db)).toHaveLength(2)
})

test('of parallel requests with one key one is done, and all are answered alike', async () => {
  const replies = await Promise.all(Array.from({ length: 20 }, () => send({ key: 'a' })))
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(replies.filter(({ headers }) => headers.has(replayed))).toHaveLength(19)
  expect(await listNotes(world.db)).toEqual(['a note'])
})

test('the account goes, and its answers with it', async () => {
  await send({ key: 'a' })
  await world.db.run('delete from "user" where email = $1', [ada.email], 'objects')
  expect(await world.db.run('select from idempotent_answer', [], 'objects')).toEqual([])
})
