import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { logInWithCookies } from '../support/browser'
import { countNotedSecrets, findLeaks } from '../support/secrets'
import { target } from '../target'

const server = await target()

/** A log is written beside the answer: waits until the request of this id is in it. */
const untilLogged = async (requestId: string) => {
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt; await Bun.sleep(20)) {
    if (server.output().includes(requestId)) return
  }
  throw new Error(`No log line names request ${requestId}.`)
}

test('no log line holds a password or a token, used rightly or wrongly', async () => {
  const known = countNotedSecrets()
  const person = await given.person(server)
  const { email, accessToken } = person
  await given.refreshed(server, person.refreshToken)
  await logInWithCookies(server, person)
  const wrong = { email, password: freshPassword() }
  const secret = freshPassword()
  await Promise.all([
    server.send('POST /v1/auth/login', { json: wrong }),
    server.send('POST /v1/auth/login', { json: { ...wrong, email: freshEmail() } }),
    server.send('POST /v1/auth/login', { json: { ...wrong, unknown: secret } }),
    server.send('POST /v1/auth/register', { json: { email: 'nobody', password: freshPassword() } }),
    server.send('POST /v1/auth/register', { body: `{"password":"${wrong.password}",` }),
    server.send('POST /v1/auth/refresh', { json: { refreshToken: `prt_${secret}` } }),
    server.send('POST /v1/auth/email/verify', { json: { token: secret } }),
    server.send('POST /v1/auth/logout', { accessToken: 'header.payload.signature-of-nobody' }),
    server.send(`GET /v1/me?access_token=${accessToken}`),
    server.send(`GET /verify-email?token=${encodeURIComponent(secret)}`, { isAsset: true }),
    server.send(`DELETE /v1/sessions/${encodeURIComponent(secret)}`, { accessToken }),
    server.send('GET /v1/me', { accessToken, headers: { 'user-agent': 'a browser' } }),
  ])
  const last = await server.send('GET /v1/me', { accessToken, headers: { 'x-request-id': 'last-of-the-log' } })
  expect(last.status).toBe(200)
  await untilLogged('last-of-the-log')
  expect(countNotedSecrets()).toBeGreaterThan(known + 10)
  expect(findLeaks(server.output())).toEqual([])
})

test('a log line names the request, its route and its user, and no more of the person', async () => {
  const { email, accessToken, user } = await given.person(server, { name: 'Augusta Ada King' })
  const requestId = `log-${crypto.randomUUID()}`
  await server.send('GET /v1/me', { accessToken, headers: { 'x-request-id': requestId } })
  await untilLogged(requestId)
  const line = server
    .output()
    .split('\n')
    .find((text) => text.includes(requestId))
  expect(JSON.parse(line ?? '')).toMatchObject({
    level: 30,
    msg: 'request',
    requestId,
    method: 'GET',
    route: '/v1/me',
    status: 200,
    actor: 'user',
    userId: user.id,
    waits: expect.any(Number),
    statements: expect.any(Number),
  })
  expect(server.output()).not.toContain(email)
  expect(server.output()).not.toContain('Augusta Ada King')
})
