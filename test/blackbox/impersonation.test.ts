import { afterAll, expect, test } from 'bun:test'
import { routePolicies } from '#core/route-policies'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { waitForMail } from '../support/mailbox'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { ActivityPage, ImpersonationPage, SessionPage, TokenSet } from '../support/shapes'
import { openStaffedTarget } from '../support/staff'

const { server, admin, second, support, stop } = await openStaffedTarget()

afterAll(stop)

const reason = 'Ticket 1815: the report can’t be opened.'

const impersonate = (by: { accessToken: string }, id: string, json: object = { reason }) =>
  server.send(`POST /v1/admin/users/${id}/impersonate`, { accessToken: by.accessToken, json })

const actAs = async (by: { accessToken: string }, id: string): Promise<TokenSet> => {
  const reply = await impersonate(by, id)
  expect({ status: reply.status, text: reply.status === 201 ? '' : reply.text }).toEqual({ status: 201, text: '' })
  return TokenSet.parse(reply.json)
}

const see = async ({ accessToken }: { accessToken: string }) =>
  (await server.send('GET /v1/me', { accessToken })).status

test('somebody of the staff acts as a person, who is told and sees it, until they log out of that', async () => {
  const eve = await given.person(server)
  const tokens = await actAs(admin, eve.user.id)
  expect(takeApart(tokens.accessToken).payload).toMatchObject({
    sub: eve.user.id,
    act: { sub: admin.user.id },
    acr: 'aal2',
    roles: [],
    permissions: [],
  })
  expect(tokens.refreshExpiresIn).toBe(900)
  expect((await waitForMail(server, eve.email, 'impersonated')).text).toContain('Ticket 1815')
  const { accessToken } = eve
  const sessions = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json).items
  expect(sessions.find(({ id }) => id === tokens.sessionId)).toMatchObject({ impersonated: true, ipAddress: null })
  const seen = ActivityPage.parse((await server.send('GET /v1/me/activity?type=impersonated', { accessToken })).json)
  expect(seen.items).toMatchObject([{ details: { reason }, device: null, ipAddress: null }])
  const next = await given.refreshed(server, tokens.refreshToken)
  expect(next.refreshExpiresIn).toBeLessThanOrEqual(900)
  expect(takeApart(next.accessToken).payload).toMatchObject({ act: { sub: admin.user.id } })
  const listed = ImpersonationPage.parse(
    (await server.send('GET /v1/admin/impersonations', { accessToken: support.accessToken })).json,
  )
  expect(listed.items.find(({ sessionId }) => sessionId === tokens.sessionId)).toMatchObject({
    user: { id: eve.user.id },
    impersonator: { id: admin.user.id },
    reason,
  })
  expect((await server.send('POST /v1/auth/logout', { accessToken: next.accessToken })).status).toBe(204)
  expect([await see(next), await see(admin), await see(eve)]).toEqual([401, 200, 200])
})

test('never upwards, never an equal, never oneself, never in a chain', async () => {
  const eve = await given.person(server)
  for (const id of [second.user.id, admin.user.id]) {
    expectProblem(await impersonate(admin, id), 403, 'target_above_own')
  }
  expectProblem(await impersonate(support, eve.user.id), 403, 'missing_permission')
  expectProblem(await impersonate(eve, admin.user.id), 404, 'not_found')
  expectProblem(await impersonate(admin, crypto.randomUUID()), 404, 'not_found')
  const tokens = await actAs(admin, support.user.id)
  expectProblem(await impersonate(tokens, eve.user.id), 403, 'impersonation_refused')
  for (const route of ['GET /v1/admin/users', `GET /v1/admin/users/${eve.user.id}`, 'GET /v1/admin/statistics']) {
    expectProblem(await server.send(route, { accessToken: tokens.accessToken }), 403, 'impersonation_refused')
  }
})

test('it ends with the session of who acts', async () => {
  const eve = await given.person(server)
  const session = await given.guardedSession(server, second)
  const tokens = await actAs(session, eve.user.id)
  expect(await see(tokens)).toBe(200)
  await server.send('POST /v1/auth/logout', { accessToken: session.accessToken })
  expect(await see(tokens)).toBe(401)
  const refreshed = await server.send('POST /v1/auth/refresh', { json: { refreshToken: tokens.refreshToken } })
  expectProblem(refreshed, 401, 'invalid_refresh_token')
})

const isSafe = (method: string) => ['GET', 'HEAD', 'OPTIONS'].includes(method)

/** Those look at no credential but the operator's token. */
const isOperators = (route: string) => routePolicies[route]?.isOperators === true

/** What an impersonation may change: nothing that shows who the person is. */
const open = [
  'POST /v1/auth/refresh',
  'POST /v1/auth/logout',
  'PATCH /v1/me',
  'PATCH /v1/me/preferences',
  'POST /v1/admin/users/{id}/impersonate',
]

test('every changing route that the server says it has refuses it, but for those that are meant to be open', async () => {
  const eve = await given.person(server)
  const { accessToken } = await actAs(admin, eve.user.id)
  const operations = (await listOperations(server)).filter(
    ({ method, route }) => !isSafe(method) && !isOperators(route),
  )
  expect(operations.length).toBeGreaterThan(60)
  const answered: string[] = []
  for (const { route, takesBody } of operations.filter(({ route }) => !open.includes(route))) {
    const json = requestBodies[route]?.() ?? {}
    const reply = await server.send(fillRoute(route), { accessToken, ...(takesBody && { json }) })
    // Where programs sign in, errors are in the words of OAuth.
    const { code, error } = Object(reply.json)
    if (reply.status === 403 && error === 'invalid_request') continue
    if (reply.status !== 403 || code !== 'impersonation_refused') answered.push(`${route}: ${reply.status} ${code}`)
  }
  expect(answered).toEqual([])
  expect((await server.send('PATCH /v1/me', { accessToken, json: { name: 'Eva' } })).status).toBe(200)
  expect((await server.send('PATCH /v1/me/preferences', { accessToken, json: { theme: 'dark' } })).status).toBe(200)
  // Nothing of all that has happened.
  expect(await see({ accessToken })).toBe(200)
  expect((await given.session(server, eve)).user).toMatchObject({ email: eve.email, name: 'Eva' })
})

test('the table of routes opens no other changing route to it', () => {
  const opened = Object.entries(routePolicies).flatMap(([route, { impersonated }]) =>
    impersonated && !isSafe(route.split(' ')[0] ?? '') ? [route.replaceAll(/:(\w+)/g, '{$1}')] : [],
  )
  expect(opened.toSorted()).toEqual(open.toSorted())
})
