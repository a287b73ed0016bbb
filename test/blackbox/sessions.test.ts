import { expect, test } from 'bun:test'
import { given, type Person } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const server = await target()

const list = async ({ accessToken }: { accessToken: string }, query = '') => {
  const reply = await server.send(`GET /v1/sessions${query}`, { accessToken })
  expect(reply.status).toBe(200)
  return SessionPage.parse(reply.json)
}
const revoke = ({ accessToken }: { accessToken: string }, id: string) =>
  server.send(`DELETE /v1/sessions/${id}`, { accessToken })
const expectEnded = async ({ accessToken, refreshToken }: { accessToken: string; refreshToken: string }) => {
  expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
  expectProblem(await server.send('GET /v1/sessions', { accessToken }), 401, 'session_revoked')
  expectProblem(await server.send('POST /v1/auth/refresh', { json: { refreshToken } }), 401, 'invalid_refresh_token')
}

/** A person and as many more sessions of theirs, oldest first. */
const withSessions = async (count: number) => {
  const person: Person = await given.person(server)
  const others = []
  for (let made = 0; made < count; made += 1) others.push(await given.session(server, person))
  return { person, others }
}

test('the list shows each live session, newest first, and which of them asks', async () => {
  const { person, others } = await withSessions(2)
  const { items, nextCursor } = await list(person)
  expect(nextCursor).toBeNull()
  expect(items.map(({ id }) => id)).toEqual([...others.map(({ sessionId }) => sessionId).reverse(), person.sessionId])
  expect(items.map(({ current }) => current)).toEqual([false, false, true])
})

test('a session shows from where, with what and how strongly it was opened', async () => {
  const account = await given.provedAccount(server)
  const headers = { 'user-agent': 'Analytical Engine/1.0 (brass; ünïcode)' }
  await server.send('POST /v1/auth/login', { headers, json: { ...account } })
  const person = await given.session(server, account)
  const [, session] = (await list(person)).items
  expect(session).toMatchObject({ current: false, ipAddress: '127.0.0.1', amr: ['pwd'], acr: 'aal1' })
  expect(session?.userAgent).toStartWith('Analytical Engine/1.0 (brass; ')
  expect(Date.parse(session?.expiresAt ?? '')).toBeGreaterThan(Date.now())
})

test('pages hold what was asked for and together hold every session once', async () => {
  const { person, others } = await withSessions(4)
  const seen: string[] = []
  const lengths: number[] = []
  for (let query = '?limit=2'; query; ) {
    const { items, nextCursor } = await list(person, query)
    seen.push(...items.map(({ id }) => id))
    lengths.push(items.length)
    query = nextCursor ? `?limit=2&cursor=${nextCursor}` : ''
  }
  expect(lengths).toEqual([2, 2, 1])
  expect(seen).toEqual([...others.map(({ sessionId }) => sessionId).reverse(), person.sessionId])
  expect((await list(person, `?cursor=${person.sessionId}`)).items).toEqual([])
})

const faultyQueries: [string, string][] = [
  ['limit=0', '/limit'],
  ['limit=101', '/limit'],
  ['limit=-1', '/limit'],
  ['limit=1.5', '/limit'],
  ['limit=ten', '/limit'],
  ['limit=', '/limit'],
  ['limit=1&limit=2', '/limit'],
  ['cursor=1', '/cursor'],
  ['cursor=', '/cursor'],
  ['cursor=%00', '/cursor'],
  ["cursor='%20or%201=1--", '/cursor'],
  ['offset=1', '/offset'],
  ['userId=01a204d6-3457-7102-b39b-6565c3772171', '/userId'],
]
const reader = await given.person(server)

test.each(faultyQueries)('a list is not given for the query %s', async (query, pointer) => {
  expectFaultyField(await server.send(`GET /v1/sessions?${query}`, reader), pointer)
})

test('a revoked session ends at once with all its tokens, once, and leaves the list', async () => {
  const { person, others } = await withSessions(2)
  const [first, second] = others
  if (!first || !second) throw new Error('Two sessions were made.')
  expect(await revoke(person, first.sessionId)).toMatchObject({ status: 204, text: '' })
  await expectEnded(first)
  expectProblem(await revoke(person, first.sessionId), 404, 'not_found')
  expect((await list(person)).items.map(({ id }) => id)).toEqual([second.sessionId, person.sessionId])
})

test('one may revoke the session that asks', async () => {
  const person = await given.person(server)
  expect((await revoke(person, person.sessionId)).status).toBe(204)
  await expectEnded(person)
  expectProblem(await revoke(person, person.sessionId), 401, 'session_revoked')
})

test('revoking the others leaves only the session that asks', async () => {
  const { person, others } = await withSessions(2)
  for (const _ of [1, 2]) {
    expect(await server.send('DELETE /v1/sessions', { accessToken: person.accessToken })).toMatchObject({ status: 204 })
  }
  for (const other of others) await expectEnded(other)
  expect((await list(person)).items.map(({ id }) => id)).toEqual([person.sessionId])
  expect((await given.refreshed(server, person.refreshToken)).sessionId).toBe(person.sessionId)
})

test('an ended session can neither list nor revoke', async () => {
  const { person, others } = await withSessions(1)
  await server.send('POST /v1/auth/logout', { accessToken: person.accessToken })
  const [other] = others
  expectProblem(await server.send('DELETE /v1/sessions', person), 401, 'session_revoked')
  expectProblem(await revoke(person, other?.sessionId ?? ''), 401, 'session_revoked')
  expect((await server.send('GET /v1/me', { accessToken: other?.accessToken ?? '' })).status).toBe(200)
})

const impossibleIds = [
  '1',
  'current',
  '%00',
  '%0d%0a',
  '%ed%a0%80',
  '%',
  "'%20or%201=1--",
  crypto.randomUUID(),
  '..%2fme',
]

test.each(impossibleIds)('there is no session %s', async (id) => {
  expectProblem(await revoke(reader, id), 404, 'not_found')
})
