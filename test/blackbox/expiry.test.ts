import { expect, test } from 'bun:test'
import { given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { target } from '../target'

const accessTokenSeconds = 1
const refreshTokenSeconds = 4
const server = await target({
  EMAIL_VERIFICATION: 'optional',
  ACCESS_TOKEN_SECONDS: String(accessTokenSeconds),
  REFRESH_TOKEN_SECONDS: String(refreshTokenSeconds),
})

const sleepSeconds = (seconds: number) => Bun.sleep(seconds * 1000 + 100)

test.concurrent('an access token ends by itself, and its session goes on with the refresh token', async () => {
  const first = await given.newcomer(server)
  expect(first.expiresIn).toBeWithin(0, accessTokenSeconds + 1)
  await sleepSeconds(accessTokenSeconds)
  expectProblem(await server.send('GET /v1/me', first), 401, 'invalid_access_token')
  const second = await given.refreshed(server, first.refreshToken)
  expect(second.sessionId).toBe(first.sessionId)
})

test.concurrent('an expired access token still logs its session out', async () => {
  const { accessToken, refreshToken } = await given.newcomer(server)
  await sleepSeconds(accessTokenSeconds)
  expect((await server.send('POST /v1/auth/logout', { accessToken })).status).toBe(204)
  expectProblem(await server.send('POST /v1/auth/refresh', { json: { refreshToken } }), 401, 'invalid_refresh_token')
})

test.concurrent('a browser that comes back late is logged out of its session all the same', async () => {
  const { cookie, refreshCookie } = await logInWithCookies(server, await given.newcomer(server))
  await sleepSeconds(accessTokenSeconds)
  expectProblem(await server.send('GET /v1/me', { headers: cookie }), 401, 'invalid_access_token')
  const loggedOut = await server.send('POST /v1/auth/logout', { headers: { ...cookie, ...fromOwnPage } })
  expect(loggedOut.status).toBe(204)
  const late = await server.send('POST /v1/auth/refresh', { headers: { ...refreshCookie, ...fromOwnPage }, json: {} })
  expectProblem(late, 401, 'invalid_refresh_token')
})

test.concurrent('a session ends that nobody refreshes, and one that is refreshed goes on', async () => {
  const [idle, busy] = [await given.newcomer(server), await given.newcomer(server)]
  await sleepSeconds(refreshTokenSeconds / 2)
  const kept = await given.refreshed(server, busy.refreshToken)
  await sleepSeconds(refreshTokenSeconds / 2)
  const { refreshToken } = idle
  expectProblem(await server.send('POST /v1/auth/refresh', { json: { refreshToken } }), 401, 'invalid_refresh_token')
  expect((await given.refreshed(server, kept.refreshToken)).sessionId).toBe(busy.sessionId)
})
