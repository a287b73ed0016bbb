import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { SessionPage, User } from '../support/shapes'
import { target } from '../target'

const server = await target()

const sessionsOf = async (accessToken: string, query = '') =>
  SessionPage.parse((await server.send(`GET /v1/sessions${query}`, { accessToken })).json).items.map(({ id }) => id)

test('someone else’s session looks as if it did not exist, and lives on', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const attempt = async (id: string) => {
    const reply = await server.send(`DELETE /v1/sessions/${id}`, { accessToken: eve.accessToken })
    return { ...expectProblem(reply, 404, 'not_found'), instance: '', requestId: '' }
  }
  expect(await attempt(ada.sessionId)).toEqual(await attempt(crypto.randomUUID()))
  expect((await server.send('GET /v1/me', { accessToken: ada.accessToken })).status).toBe(200)
  expect((await given.refreshed(server, ada.refreshToken)).sessionId).toBe(ada.sessionId)
})

test('a list never holds someone else’s sessions, whatever cursor it starts from', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  expect(await sessionsOf(ada.accessToken)).toEqual([ada.sessionId])
  expect(await sessionsOf(eve.accessToken)).toEqual([eve.sessionId])
  const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff'
  expect(await sessionsOf(eve.accessToken, `?cursor=${last}`)).toEqual([eve.sessionId])
  expect(await sessionsOf(ada.accessToken, `?cursor=${eve.sessionId}`)).toEqual([ada.sessionId])
})

test('revoking my other sessions and logging out end nobody else’s', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  expect((await server.send('DELETE /v1/sessions', { accessToken: eve.accessToken })).status).toBe(204)
  expect((await server.send('POST /v1/auth/logout', { accessToken: eve.accessToken })).status).toBe(204)
  expect((await server.send('GET /v1/me', { accessToken: ada.accessToken })).status).toBe(200)
})

test('a change of my profile changes nobody else’s', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const json = { name: 'Eve', bio: 'Listens.' }
  expect((await server.send('PATCH /v1/me', { accessToken: eve.accessToken, json })).status).toBe(200)
  const me = await server.send('GET /v1/me', { accessToken: ada.accessToken })
  expect(User.parse(me.json)).toEqual(ada.user)
})

test('a refresh answers for the session of its token, whoever’s access token comes along', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const reply = await server.send('POST /v1/auth/refresh', {
    accessToken: eve.accessToken,
    json: { refreshToken: ada.refreshToken },
  })
  expect(reply.json).toMatchObject({ sessionId: ada.sessionId, user: { id: ada.user.id } })
  expect((await given.refreshed(server, eve.refreshToken)).user.id).toBe(eve.user.id)
})
