import { expect, test } from 'bun:test'
import { given } from '../given'
import { fromOwnPage, logInWithCookies, toBrowserSession } from '../support/browser'
import { readSetCookies } from '../support/cookies'
import { expectProblem } from '../support/expect-problem'
import { CookieTokenSet, SessionPage, User } from '../support/shapes'
import { target } from '../target'

const server = await target()

const shared = { httponly: '', secure: '', samesite: 'Lax' }

test('what is in cookies is out of reach for scripts and other sites, and nowhere in the body', async () => {
  const { reply, access, refresh, device } = await logInWithCookies(server, await given.provedAccount(server))
  expect(reply.status).toBe(200)
  const tokens = CookieTokenSet.parse(reply.json)
  expect(reply.text).not.toContain(access.value)
  expect(reply.text).not.toContain(refresh.value)
  expect(reply.text).not.toContain(device?.value ?? '')
  expect(reply.headers.get('device-token')).toBeNull()

  expect(reply.headers.getSetCookie()).toHaveLength(3)
  expect(Object.keys(readSetCookies(reply.headers)).sort()).toEqual([
    '__Host-access',
    '__Host-device',
    '__Secure-refresh',
  ])
  const life = { 'max-age': String(tokens.refreshExpiresIn) }
  expect(access.attributes).toEqual({ ...shared, ...life, path: '/' })
  expect(refresh.attributes).toEqual({ ...shared, ...life, path: '/v1/auth/refresh' })
  // Browsers keep none longer (RFC 6265bis, section 5.5).
  expect(device?.attributes).toEqual({ ...shared, 'max-age': '34560000', path: '/' })
})

test('the access cookie speaks for its user', async () => {
  const { reply, cookie } = await logInWithCookies(server, await given.provedAccount(server))
  const { user, sessionId } = CookieTokenSet.parse(reply.json)
  expect(User.parse((await server.send('GET /v1/me', { headers: cookie })).json)).toEqual(user)
  const listed = SessionPage.parse((await server.send('GET /v1/sessions', { headers: cookie })).json)
  expect(listed.items.find(({ current }) => current)?.id).toBe(sessionId)
  const patched = await server.send('PATCH /v1/me', { headers: { ...cookie, ...fromOwnPage }, json: { bio: 'Lax.' } })
  expect(User.parse(patched.json).bio).toBe('Lax.')
})

test('a refresh by cookie gives the next tokens by cookie, and the replaced ones the same', async () => {
  const first = await logInWithCookies(server, await given.provedAccount(server))
  const refresh = async ({ refreshCookie }: typeof first) =>
    toBrowserSession(
      await server.send('POST /v1/auth/refresh', { headers: { ...refreshCookie, ...fromOwnPage }, json: {} }),
    )
  const second = await refresh(first)
  expect(second.refresh.value).not.toBe(first.refresh.value)
  expect(CookieTokenSet.parse(second.reply.json).sessionId).toBe(CookieTokenSet.parse(first.reply.json).sessionId)
  const again = await refresh(first)
  expect(again.refresh.value).toBe(second.refresh.value)
  expect(again.access.value).toBe(second.access.value)
  expect((await server.send('GET /v1/me', { headers: second.cookie })).status).toBe(200)
})

test('a log-out ends the session and clears its two cookies, each in its own path; the device stays known', async () => {
  const { cookie } = await logInWithCookies(server, await given.provedAccount(server))
  const reply = await server.send('POST /v1/auth/logout', { headers: { ...cookie, ...fromOwnPage } })
  expect(reply.status).toBe(204)
  const cleared = readSetCookies(reply.headers)
  expect(cleared['__Host-access']).toMatchObject({ value: '', attributes: { 'max-age': '0', path: '/', secure: '' } })
  expect(cleared['__Secure-refresh']).toMatchObject({
    value: '',
    attributes: { 'max-age': '0', path: '/v1/auth/refresh', secure: '' },
  })
  expect(cleared).not.toHaveProperty('__Host-device')
  expectProblem(await server.send('GET /v1/me', { headers: cookie }), 401, 'session_revoked')
})

test('who asks for no cookies gets none', async () => {
  const { email, password } = await given.provedAccount(server)
  for (const transport of [undefined, 'bearer']) {
    const reply = await server.send('POST /v1/auth/login', {
      headers: fromOwnPage,
      json: { email, password, transport },
    })
    expect(reply.headers.getSetCookie()).toEqual([])
  }
})

test('a cookie and a bearer token together are refused, even when they speak for the same session', async () => {
  const { cookie, access, refresh } = await logInWithCookies(server, await given.provedAccount(server))
  const headers = { ...cookie, ...fromOwnPage }
  const accessToken = access.value
  for (const route of ['GET /v1/me', 'GET /v1/sessions', 'DELETE /v1/sessions', 'POST /v1/auth/logout']) {
    expectProblem(await server.send(route, { accessToken, headers }), 400, 'multiple_credentials')
  }
  const patch = await server.send('PATCH /v1/me', { accessToken, headers, json: { bio: 'Twice.' } })
  expectProblem(patch, 400, 'multiple_credentials')
  const basic = await server.send('GET /v1/me', { headers: { ...headers, authorization: 'Basic YWRhOmFkYQ==' } })
  expectProblem(basic, 400, 'multiple_credentials')
  const refreshHeaders = { cookie: `${refresh.name}=${refresh.value}`, ...fromOwnPage }
  for (const other of [{ json: { refreshToken: refresh.value } }, { json: {}, accessToken }]) {
    const both = await server.send('POST /v1/auth/refresh', { headers: refreshHeaders, ...other })
    expectProblem(both, 400, 'multiple_credentials')
  }
  expect(User.parse((await server.send('GET /v1/me', { headers: cookie })).json).bio).toBeNull()
})

test('a cookie of tokens that comes twice is refused, whichever of the two is good, and changes nothing', async () => {
  const { cookie, access, refresh } = await logInWithCookies(server, await given.provedAccount(server))
  const good = `${access.name}=${access.value}`
  for (const other of [good, `${access.name}=`, `${access.name}=x`, `  ${access.name} =x`]) {
    for (const twice of [`${good}; ${other}`, `${other}; ${good}`, `${other};a=b;${good}`]) {
      const headers = { ...fromOwnPage, cookie: twice }
      for (const route of ['GET /v1/me', 'DELETE /v1/sessions', 'POST /v1/auth/logout']) {
        expectProblem(await server.send(route, { headers }), 400, 'multiple_credentials')
      }
    }
  }
  const refreshTwice = `${refresh.name}=${refresh.value}; ${refresh.name}=prt_x`
  const refreshed = await server.send('POST /v1/auth/refresh', {
    headers: { ...fromOwnPage, cookie: refreshTwice },
    json: {},
  })
  expectProblem(refreshed, 400, 'multiple_credentials')
  expect((await server.send('GET /v1/me', { headers: cookie })).status).toBe(200)
})

test('a refused refresh sets no cookie', async () => {
  const headers = { cookie: '__Secure-refresh=prt_garbage', ...fromOwnPage }
  const reply = await server.send('POST /v1/auth/refresh', { headers, json: {} })
  expectProblem(reply, 401, 'invalid_refresh_token')
  expect(reply.headers.getSetCookie()).toEqual([])
})

test('a cookie under another name is no credential', async () => {
  const { access } = await logInWithCookies(server, await given.provedAccount(server))
  for (const name of ['access', '__Secure-access', '__host-access', 'Host-access']) {
    const reply = await server.send('GET /v1/me', { headers: { cookie: `${name}=${access.value}` } })
    expectProblem(reply, 401, 'unauthenticated')
  }
})
