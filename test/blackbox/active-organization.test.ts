import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { actFor, foundOrganization, givenMember } from '../support/organizations'
import { CookieTokenSet, TokenSet } from '../support/shapes'
import { claimsOf } from '../support/tenants'
import { target } from '../target'

const server = await target()

type Bearer = { accessToken: string }

const send = ({ accessToken }: Bearer, organizationId: unknown) =>
  server.send('POST /v1/auth/organization', { accessToken, json: { organizationId } })
const switchTo = async (bearer: Bearer, organizationId: string | null): Promise<TokenSet> =>
  TokenSet.parse((await send(bearer, organizationId)).json)

/** An organization with a member. */
const found = async () => {
  const owner = await given.person(server)
  const { id, slug } = await foundOrganization(server, owner)
  const member = await givenMember(server, owner, id)
  return { id, slug, owner, member, act: actFor(server, owner, id) }
}

const anything = { requiresSecondFactor: false, allowedMethods: null, sessionSeconds: null }

test('a session acts for an organization, and for nobody again, by tokens that say so', async () => {
  const { id, slug, owner, member } = await found()
  const org = { id, slug, role: 'member', permissions: ['members:read'] }
  const acting = await switchTo(member, id)
  expect(claimsOf(acting.accessToken)).toMatchObject({ sub: member.user.id, sid: member.sessionId, org })
  const next = await given.refreshed(server, acting.refreshToken)
  expect(claimsOf(next.accessToken).org).toEqual(org)
  expect(claimsOf((await switchTo(owner, id)).accessToken).org?.role).toBe('owner')
  expect(claimsOf((await switchTo(next, null)).accessToken).org).toBeNull()
})

test('an organization of others is unknown, by whatever way it is named', async () => {
  const { id } = await found()
  const stranger = await given.person(server)
  expectProblem(await send(stranger, id), 404, 'not_found')
  expectProblem(await send(stranger, crypto.randomUUID()), 404, 'not_found')
  expectFaultyField(await send(stranger, 'acme'), '/organizationId')
  const injected = await server.send('POST /v1/auth/organization', {
    accessToken: stranger.accessToken,
    json: { organizationId: id, userId: stranger.user.id, role: 'owner' },
  })
  expectFaultyField(injected, '/userId')
  expectProblem(
    await server.send('POST /v1/auth/organization', { json: { organizationId: id } }),
    401,
    'unauthenticated',
  )
})

test('whoever is removed acts for it no more: at its routes at once, in tokens from the next refresh on', async () => {
  const { id, member, act } = await found()
  const acting = await switchTo(member, id)
  expect((await act(`DELETE /members/${member.user.id}`)).status).toBe(204)
  expectProblem(await actFor(server, acting, id)('GET /teams'), 404, 'not_found')
  const next = await given.refreshed(server, acting.refreshToken)
  expect(claimsOf(next.accessToken).org).toBeNull()
  expectProblem(await send(next, id), 404, 'not_found')
})

test('a policy counts at once, and says what it asks for; who shows it acts again', async () => {
  const { id, owner, member, act } = await found()
  const acting = await switchTo(member, id)
  const factor = { ...anything, requiresSecondFactor: true }
  expectProblem(await act('PUT /policies', { json: factor }), 401, 'insufficient_user_authentication')
  await given.totpApp(server, owner)
  expect((await act('PUT /policies', { json: factor })).json).toEqual(factor)
  const refused = await actFor(server, acting, id)('GET /policies')
  expectProblem(refused, 401, 'insufficient_user_authentication')
  expect(refused.json).toMatchObject({ acrValues: 'aal2' })
  const next = await given.refreshed(server, acting.refreshToken)
  expect(claimsOf(next.accessToken).org).toBeNull()
  expectProblem(await send(next, id), 401, 'insufficient_user_authentication')
  await given.totpApp(server, next)
  expect(claimsOf((await switchTo(next, id)).accessToken).org?.id).toBe(id)
})

test('one can’t ask for a way to log in that one did not come by, and those who come by another are refused', async () => {
  const { id, member, act } = await found()
  const json = { ...anything, allowedMethods: ['passkey'] }
  const refused = await act('PUT /policies', { json })
  expectProblem(refused, 403, 'organization_policy_unmet')
  expect(refused.json).toMatchObject({ unmet: 'method' })
  expect((await act('PUT /policies', { json: { ...anything, allowedMethods: ['password'] } })).status).toBe(200)
  expect((await send(member, id)).status).toBe(200)
  const { token } = await given.logInMail(server, member.email)
  const byMail = TokenSet.parse((await server.send('POST /v1/auth/email-link/consume', { json: { token } })).json)
  expectProblem(await send(byMail, id), 403, 'organization_policy_unmet')
  expectProblem(await actFor(server, byMail, id)('GET /teams'), 403, 'organization_policy_unmet')
})

test('by cookies it is the cookies that change, and no token is in the body', async () => {
  const { id, member } = await found()
  const headers = { origin: server.baseUrl, 'sec-fetch-site': 'same-origin' }
  const { email, password } = member
  const logIn = await server.send('POST /v1/auth/login', { headers, json: { email, password, transport: 'cookie' } })
  const jar = (reply: typeof logIn) => reply.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
  const csrf = logIn.headers.get('x-csrf-token')
  const reply = await server.send('POST /v1/auth/organization', {
    headers: { ...headers, cookie: jar(logIn).join('; '), ...(csrf && { 'x-csrf-token': csrf }) },
    json: { organizationId: id },
  })
  expect(reply.status).toBe(200)
  CookieTokenSet.parse(reply.json)
  const access = jar(reply).find((cookie) => /access/.test(cookie.split('=')[0] ?? ''))
  expect(claimsOf(access?.split('=')[1] ?? '').org?.id).toBe(id)
})
