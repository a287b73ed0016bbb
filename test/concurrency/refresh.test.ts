import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { findFreePort } from '../support/free-port'
import type { Server } from '../support/server'
import { SessionPage, TokenSet } from '../support/shapes'
import { startTarget, target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()

const refresh = (on: Server, refreshToken: string) => on.send('POST /v1/auth/refresh', { json: { refreshToken } })

test('twenty refreshes of one token at once all succeed with one and the same successor', async () => {
  const person = await given.person(server)
  const replies = await inParallel(20, () => refresh(server, person.refreshToken))
  expect(countByStatus(replies)).toEqual({ 200: 20 })
  const successors = replies.map(({ json }) => TokenSet.parse(json))
  expect(new Set(successors.map(({ refreshToken }) => refreshToken)).size).toBe(1)
  expect(new Set(successors.map(({ accessToken }) => accessToken)).size).toBe(1)

  const [successor] = successors
  expect((await server.send('GET /v1/me', { accessToken: successor?.accessToken ?? '' })).status).toBe(200)
  const next = await given.refreshed(server, successor?.refreshToken ?? '')
  expect(next.sessionId).toBe(person.sessionId)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken: next.accessToken })).json)
  expect(items.map(({ id }) => id)).toEqual([person.sessionId])
})

test('a crowd that refreshes step by step stays together', async () => {
  let { refreshToken } = await given.person(server)
  for (let step = 0; step < 5; step += 1) {
    const replies = await inParallel(8, () => refresh(server, refreshToken))
    expect(countByStatus(replies)).toEqual({ 200: 8 })
    const successors = new Set(replies.map(({ json }) => TokenSet.parse(json).refreshToken))
    expect(successors.size).toBe(1)
    refreshToken = [...successors][0] ?? ''
  }
})

test('of a token two steps old used many times at once none succeeds, and the session is over', async () => {
  const person = await given.person(server)
  const second = await given.refreshed(server, person.refreshToken)
  const third = await given.refreshed(server, second.refreshToken)
  expect(countByStatus(await inParallel(8, () => refresh(server, person.refreshToken)))).toEqual({ 401: 8 })
  expectProblem(await refresh(server, third.refreshToken), 401, 'invalid_refresh_token')
  expectProblem(await server.send('GET /v1/me', third), 401, 'session_revoked')
})

test('a refresh and a log-out at once leave no live session behind', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { accessToken, refreshToken } = await given.person(server)
    const [refreshed] = await Promise.all([
      refresh(server, refreshToken),
      server.send('POST /v1/auth/logout', { accessToken }),
    ])
    const last = refreshed.status === 200 ? TokenSet.parse(refreshed.json) : { accessToken, refreshToken }
    expectProblem(await server.send('GET /v1/me', { accessToken: last.accessToken }), 401, 'session_revoked')
    expectProblem(await refresh(server, last.refreshToken), 401, 'invalid_refresh_token')
  }
})

test('what the server knows of tokens survives its restart', async () => {
  const port = { PORT: String(findFreePort()) }
  const before = await startTarget(port)
  const person = await given.person(before)
  const second = await given.refreshed(before, person.refreshToken)
  await before.stop()

  const after = await startTarget(port)
  try {
    expect((await after.send('GET /v1/me', { accessToken: second.accessToken })).status).toBe(200)
    const again = await given.refreshed(after, person.refreshToken)
    expect(again).toMatchObject({ accessToken: second.accessToken, refreshToken: second.refreshToken })
    const third = await given.refreshed(after, second.refreshToken)

    expectProblem(await refresh(after, person.refreshToken), 401, 'invalid_refresh_token')
    for (const { accessToken, refreshToken } of [second, third]) {
      expectProblem(await after.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
      expectProblem(await refresh(after, refreshToken), 401, 'invalid_refresh_token')
    }
  } finally {
    await after.stop()
  }
})

test('two servers on one database agree on every successor', async () => {
  const second = await startTarget({ BASE_URL: server.baseUrl })
  try {
    const person = await given.person(server)
    const replies = await inParallel(16, (index) => refresh(index % 2 ? server : second, person.refreshToken))
    expect(countByStatus(replies)).toEqual({ 200: 16 })
    const successors = replies.map(({ json }) => TokenSet.parse(json))
    expect(new Set(successors.map(({ refreshToken }) => refreshToken)).size).toBe(1)
    expect(new Set(successors.map(({ accessToken }) => accessToken)).size).toBe(1)
    const accessToken = successors[0]?.accessToken ?? ''
    for (const on of [server, second]) expect((await on.send('GET /v1/me', { accessToken })).status).toBe(200)
  } finally {
    await second.stop()
  }
})
