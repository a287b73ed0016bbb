import { afterAll, expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails, tokenIn, waitForMail } from '../support/mailbox'
import { logIn } from '../support/sessions'
import { Account, AccountPage, ActivityPage, SessionPage, Statistics } from '../support/shapes'
import { openStaffedTarget } from '../support/staff'

const { server, admin, second, support, stop } = await openStaffedTarget()

afterAll(stop)

type Caller = { accessToken: string }

const send = ({ accessToken }: Caller, route: string, json?: object, headers: Record<string, string> = {}) =>
  server.send(route, { accessToken, headers, ...(json && { json }) })

const see = async (id: string) => Account.parse((await send(admin, `GET /v1/admin/users/${id}`)).json)

test('staff find somebody by address, name, state and role', async () => {
  const name = `Zzyzx ${crypto.randomUUID()}`
  const eve = await given.person(server, { name })
  const search = async (query: Record<string, string>) => {
    const reply = await send(support, `GET /v1/admin/users?${new URLSearchParams(query)}`)
    return AccountPage.parse(reply.json).items
  }
  for (const query of [
    { email: eve.email.toUpperCase() },
    { query: name.toUpperCase() },
    { query: eve.email.slice(3, -4) },
    { query: name, state: 'active' },
  ]) {
    expect(await search(query)).toMatchObject([{ id: eve.user.id, email: eve.email, name, banned: false, roles: [] }])
  }
  for (const query of [{ query: name, state: 'banned' }, { query: name, role: 'admin' }, { query: `${name}%` }]) {
    expect(await search(query)).toEqual([])
  }
  expect(await search({ email: support.email, role: 'support' })).toMatchObject([{ roles: ['support'] }])
  const { items, nextCursor } = AccountPage.parse((await send(support, 'GET /v1/admin/users?limit=1')).json)
  const next = AccountPage.parse((await send(support, `GET /v1/admin/users?limit=1&cursor=${nextCursor}`)).json)
  expect(next.items[0]?.id).not.toBe(items[0]?.id)
  expectFaults(await send(support, 'GET /v1/admin/users?cursor=x'), { '/cursor': 'invalid_cursor' })
})

test('staff make an account, whose owner sets a password by mail', async () => {
  const email = freshEmail()
  const key = { 'idempotency-key': crypto.randomUUID() }
  const made = await send(admin, 'POST /v1/admin/users', { email, name: 'New' }, key)
  expect(made.status).toBe(201)
  const account = Account.parse(made.json)
  expect(made.headers.get('location')).toBe(`/v1/admin/users/${account.id}`)
  expect((await send(admin, 'POST /v1/admin/users', { email, name: 'New' }, key)).json).toEqual(made.json)
  expectProblem(await send(admin, 'POST /v1/admin/users', { email }), 409, 'email_taken')
  const token = tokenIn(await waitForMail(server, email, 'reset-password'))
  const password = freshPassword()
  expect((await server.send('POST /v1/auth/password/reset', { json: { token, newPassword: password } })).status).toBe(
    204,
  )
  expect((await given.session(server, { email, password })).user.id).toBe(account.id)
  const templates = (await listMails(server, email)).map(({ template }) => template)
  expect(templates.filter((template) => template === 'reset-password')).toEqual(['reset-password'])
})

test('staff change an account of the version that they know; another address throws everybody out', async () => {
  const eve = await given.person(server)
  const route = `PATCH /v1/admin/users/${eve.user.id}`
  const etag = (await send(admin, `GET /v1/admin/users/${eve.user.id}`)).headers.get('etag') ?? ''
  expect((await send(admin, route, { name: 'Eva' }, { 'if-match': etag })).status).toBe(200)
  expectProblem(await send(admin, route, { name: 'Late' }, { 'if-match': etag }), 412, 'precondition_failed')
  const email = freshEmail()
  const moved = Account.parse((await send(admin, route, { email })).json)
  expect(moved).toMatchObject({ name: 'Eva', email, emailVerified: false, sessions: 0 })
  expectProblem(await send(eve, 'GET /v1/me'), 401, 'session_revoked')
  await waitForMail(server, eve.email, 'email-changed')
  const token = tokenIn(await waitForMail(server, email, 'verify-email'))
  expect((await server.send('POST /v1/auth/email/verify', { json: { token } })).status).toBe(200)
  expect((await given.session(server, { email, password: eve.password })).user.id).toBe(eve.user.id)
  expectProblem(await send(admin, route, { email: second.email }), 409, 'email_taken')
})

test('a ban shuts every door at once, and its end opens them', async () => {
  const eve = await given.person(server)
  const route = `/v1/admin/users/${eve.user.id}/ban`
  expect((await send(admin, `POST ${route}`, { reason: 'Sends spam.' })).status).toBe(200)
  expectProblem(await send(eve, 'GET /v1/me'), 401, 'session_revoked')
  expectProblem(await logIn(server, eve), 401, 'invalid_credentials')
  expect(await see(eve.user.id)).toMatchObject({ banned: true, banReason: 'Sends spam.', sessions: 0 })
  expect((await send(admin, `DELETE ${route}`)).status).toBe(204)
  expect((await logIn(server, eve)).status).toBe(200)
  const until = new Date(Date.now() + 2500).toISOString()
  expect((await send(admin, `POST ${route}`, { reason: 'For a moment.', until })).status).toBe(200)
  expectProblem(await logIn(server, eve), 401, 'invalid_credentials')
  const giveUpAt = Date.now() + 60_000
  while ((await see(eve.user.id)).banned && Date.now() < giveUpAt) {
    await Bun.sleep(500)
    // Where cron works what waits, there is none here; whoever asks for a mail has jobs worked.
    await server.send('POST /v1/auth/password/forgot', { json: { email: freshEmail() } })
  }
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until))
  expect((await logIn(server, eve)).status).toBe(200)
}, 90_000)

test('staff unlock, take away second factors and end sessions', async () => {
  const eve = await given.personWithTotp(server)
  const route = `/v1/admin/users/${eve.user.id}`
  const { items } = SessionPage.parse((await send(support, `GET ${route}/sessions`)).json)
  expect(items.map(({ id }) => id)).toContain(eve.sessionId)
  expect((await send(support, `DELETE ${route}/sessions/${eve.sessionId}`)).status).toBe(204)
  expectProblem(await send(eve, 'GET /v1/me'), 401, 'session_revoked')
  for (let guess = 0; guess < 5; guess += 1) await logIn(server, { ...eve, password: freshPassword() })
  expect((await see(eve.user.id)).lockedUntil).not.toBeNull()
  expect((await send(support, `POST ${route}/unlock`)).status).toBe(204)
  expect((await see(eve.user.id)).lockedUntil).toBeNull()
  expectProblem(await send(support, `POST ${route}/reset-factors`), 403, 'missing_permission')
  expect((await send(admin, `POST ${route}/reset-factors`)).status).toBe(204)
  await waitForMail(server, eve.email, 'factors-reset')
  const tokens = await given.session(server, eve)
  expect((await send(support, `DELETE ${route}/sessions`)).status).toBe(204)
  expectProblem(await send(tokens, 'GET /v1/me'), 401, 'session_revoked')
  const seen = ActivityPage.parse((await send(support, `GET ${route}/activity?limit=100`)).json).items
  expect(seen.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['authenticators_reset', 'account_unlocked', 'sessions_ended']),
  )
})

test('nobody acts on who may do what they may not, nor against themselves', async () => {
  const { id } = admin.user
  const acts: [string, object?][] = [
    [`DELETE /v1/admin/users/${id}/sessions`],
    [`DELETE /v1/admin/users/${id}/sessions/${admin.sessionId}`],
  ]
  for (const [route, json] of acts) expectProblem(await send(support, route, json), 403, 'target_above_own')
  expectProblem(await send(support, `PATCH /v1/admin/users/${id}`, { name: 'X' }), 403, 'missing_permission')
  expectProblem(await send(admin, `DELETE /v1/admin/users/${id}`), 409, 'own_account')
  expectProblem(await send(admin, `POST /v1/admin/users/${id}/ban`, { reason: 'Me.' }), 409, 'own_account')
  expect((await send(admin, 'GET /v1/me')).status).toBe(200)
  // Equals may.
  expect((await send(admin, `PATCH /v1/admin/users/${second.user.id}`, { name: 'Second' })).status).toBe(200)
})

test('a deletion closes an account, and its owner can take it back', async () => {
  const eve = await given.person(server)
  expect((await send(admin, `DELETE /v1/admin/users/${eve.user.id}`)).status).toBe(202)
  expectProblem(await logIn(server, eve), 401, 'invalid_credentials')
  const token = tokenIn(await waitForMail(server, eve.email, 'account-closed'))
  expect((await server.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
  expect((await logIn(server, eve)).status).toBe(200)
})

test('statistics count what happened today', async () => {
  const read = async () => {
    const { days, totals } = Statistics.parse((await send(admin, 'GET /v1/admin/statistics')).json)
    return { today: days.at(-1), totals, length: days.length }
  }
  const before = await read()
  const eve = await given.person(server)
  await logIn(server, { ...eve, password: freshPassword() })
  const after = await read()
  expect(after.length).toBe(30)
  expect(after.totals.users).toBeGreaterThan(before.totals.users)
  // Others may do so too meanwhile; and a day may end.
  if (after.today?.date !== before.today?.date) return
  expect(after.today?.signUps ?? 0).toBeGreaterThan(before.today?.signUps ?? 0)
  expect(after.today?.signIns.password ?? 0).toBeGreaterThan(before.today?.signIns.password ?? 0)
  expect(after.today?.failures.credentials ?? 0).toBeGreaterThan(before.today?.failures.credentials ?? 0)
  expect(after.today?.activeUsers ?? 0).toBeGreaterThan(before.today?.activeUsers ?? 0)
  expectProblem(await send(support, 'GET /v1/admin/statistics'), 403, 'missing_permission')
})
