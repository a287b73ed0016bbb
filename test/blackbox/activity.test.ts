import { expect, test } from 'bun:test'
import { freshPassword, given } from '../given'
import { isWorker } from '../support/callers'
import { expectProblem } from '../support/expect-problem'
import { bindPasskey } from '../support/passkey-ceremonies'
import type { Server } from '../support/server'
import { type ActivityItem, ActivityPage, TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'

const list = async (accessToken: string, query = '', on: Server = server) =>
  ActivityPage.parse((await on.send(`GET /v1/me/activity${query}`, { accessToken })).json)

const itemOf = (items: ActivityItem[], type: string): ActivityItem => {
  const item = items.find((item) => item.type === type)
  if (!item) throw new Error(`There is no ${type} in ${items.map(({ type }) => type)}`)
  return item
}

const logIn = async (account: { email: string; password: string }, headers: Record<string, string>, on = server) =>
  on.send('POST /v1/auth/login', { json: { email: account.email, password: account.password }, headers })

test('log-ins, right and wrong, are there with their device, and say which session they opened', async () => {
  const person = await given.person(server)
  expect((await logIn({ ...person, password: freshPassword() }, { 'user-agent': safari })).status).toBe(401)
  const reply = await logIn(person, { 'user-agent': firefox })
  const { sessionId } = TokenSet.parse(reply.json)
  const { items } = await list(person.accessToken)
  expect(items[0]).toMatchObject({
    type: 'signed_in',
    device: 'Firefox, Linux',
    sessionId,
    details: { method: 'password' },
  })
  expect(items[1]).toMatchObject({ type: 'sign_in_failed', device: 'Safari, iOS', details: { reason: 'credentials' } })
  expect(items.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['registered', 'email_verified', 'link_mailed', 'signed_in']),
  )
  const times = items.map(({ occurredAt }) => Date.parse(occurredAt))
  expect(times).toEqual(times.toSorted((a, b) => b - a))
})

test('a new password, a new name, an authenticator app, a passkey and a log-out elsewhere are there too', async () => {
  const person = await given.person(server)
  const { accessToken } = person
  const headers = { 'user-agent': firefox }
  const other = await given.session(server, person)
  await server.send('PATCH /v1/me', { accessToken, json: { name: 'Augusta' }, headers })
  await server.send('POST /v1/auth/logout', { accessToken: other.accessToken, headers })
  await server.send('POST /v1/auth/password/change', {
    accessToken,
    json: { currentPassword: person.password, newPassword: freshPassword() },
    headers,
  })
  await given.totpApp(server, person, 'Telephone')
  await bindPasskey(server, person, { name: 'Difference engine' })
  const { items } = await list(accessToken)
  const device = 'Firefox, Linux'
  expect(itemOf(items, 'profile_updated')).toMatchObject({ device, details: { fields: ['name'] } })
  expect(itemOf(items, 'sessions_ended')).toMatchObject({ device, details: { reason: 'logout' } })
  expect(itemOf(items, 'password_changed')).toMatchObject({ device, sessionId: person.sessionId })
  const added = items.filter(({ type }) => type === 'authenticator_added')
  expect(added.map(({ kind, details }) => [kind, details.kind])).toEqual([
    ['credential', 'passkey'],
    ['credential', 'totp'],
  ])
  expect(JSON.stringify(items)).not.toContain('Augusta')
  expect(JSON.stringify(items)).not.toMatch(/Telephone|Difference/)
})

test('it pages through everything once, and by kind', async () => {
  const person = await given.person(server)
  for (let count = 0; count < 4; count += 1) await given.session(server, person)
  const all = (await list(person.accessToken, '?limit=100')).items
  const paged: ActivityItem[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await list(person.accessToken, `?limit=2${cursor && `&cursor=${cursor}`}`)
    paged.push(...page.items)
    cursor = page.nextCursor
  }
  expect(paged).toEqual(all)
  const signIns = (await list(person.accessToken, '?kind=sign_in&limit=100')).items
  expect(signIns).toEqual(all.filter(({ kind }) => kind === 'sign_in'))
  expect(signIns.length).toBe(5)
})

test('a cursor or a filter that is none is refused', async () => {
  const { accessToken } = await given.person(server)
  for (const query of ['?cursor=x', '?cursor=', '?limit=0', '?limit=-1', '?kind=x', '?type=login.failed', '?user=x']) {
    expectProblem(await server.send(`GET /v1/me/activity${query}`, { accessToken }), 422, 'invalid_request')
  }
})

test('what somebody did is never among what another sees, whatever cursor they start from', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const hers = new Set((await list(ada.accessToken, '?limit=100')).items.map(({ id }) => id))
  for (const cursor of [...hers, 'ffffffff-ffff-7fff-bfff-ffffffffffff']) {
    const { items } = await list(eve.accessToken, `?limit=100&cursor=${cursor}`)
    expect(items.filter(({ id }) => hers.has(id))).toEqual([])
  }
})

test('a session that is over, and no session, see nothing', async () => {
  const person = await given.person(server)
  await server.send('POST /v1/auth/logout', { accessToken: person.accessToken })
  const reply = await server.send('GET /v1/me/activity', { accessToken: person.accessToken })
  expectProblem(reply, 401, 'session_revoked')
  expectProblem(await server.send('GET /v1/me/activity'), 401, 'unauthenticated')
})

/** What a caller may write who wants to be elsewhere. */
const claimedPlace = {
  'cf-ipcountry': 'AQ',
  'cf-ipcity': 'Atlantis',
  'cf-region': 'Deep Sea',
  'cf-region-code': 'DS',
  'x-vercel-ip-city': 'Atlantis',
  'x-appengine-city': 'Atlantis',
  'x-geo-city': 'Atlantis',
}

for (const settings of [{}, ...(isWorker ? [] : [{ TRUSTED_PROXY: 'cloudflare' }, { TRUSTED_PROXY: 'hops:1' }])]) {
  test(`headers that say where a caller is change nothing with ${JSON.stringify(settings)}`, async () => {
    const on = await target(settings)
    const person = await given.person(on)
    await logIn(person, {}, on)
    await logIn(person, claimedPlace, on)
    const { items } = await list(person.accessToken, '?type=signed_in', on)
    const places = items.map(({ place }) => place)
    expect(places.length).toBe(3)
    expect(new Set(places).size).toBe(1)
    // The local edge of Workers says the same of everybody; no other server here is told anything by anybody.
    expect(places[0]).toBe(isWorker ? 'Austin, Texas, US' : null)
  })
}

test('a user agent that is no browser is not repeated, however hostile', async () => {
  const person = await given.person(server)
  for (const agent of [
    '<script>alert(1)</script>',
    "'; drop table audit_event; --",
    'x'.repeat(4000),
    'Firefox/',
    '\u00ff\u00fe',
  ]) {
    expect((await logIn(person, { 'user-agent': agent })).status).toBe(200)
  }
  const { items } = await list(person.accessToken, '?type=signed_in&limit=5')
  expect(items.map(({ device }) => device).toSorted()).toEqual([null, null, null, null, 'Firefox'].toSorted())
})

test('what happened to others is shown to administrators, and does not exist for anybody else', async () => {
  const [ada, eve] = [await given.personWithTotp(server), await given.person(server)]
  for (const id of [ada.user.id, eve.user.id, crypto.randomUUID()]) {
    const route = `GET /v1/admin/users/${id}/activity`
    expectProblem(await server.send(route, { accessToken: eve.accessToken }), 404, 'not_found')
    expectProblem(await server.send(route, { accessToken: ada.accessToken }), 404, 'not_found')
    expectProblem(await server.send(route), 401, 'unauthenticated')
  }
})
