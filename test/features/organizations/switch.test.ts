import { beforeEach, expect, test } from 'bun:test'
import { organizationMembers, organizations } from '#db/schema/organizations'
import { TokenSet } from '#features/sessions/contract'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { refresh } from '../people'
import { decodeToken } from '../sessions/forge'
import { addRole, arriveAs, openTenant, raise } from './tenant-world'

let world: World
let tenant: Awaited<ReturnType<typeof openTenant>>

beforeEach(async () => {
  world = await openWorld()
  tenant = await openTenant(world)
})

type Bearer = { accessToken: string }

const send = ({ accessToken: token }: Bearer, organizationId: unknown) =>
  world.send('POST /v1/auth/organization', { token, json: { organizationId } })
const switchTo = async (bearer: Bearer, organizationId: string | null = tenant.id): Promise<TokenSet> =>
  TokenSet.parse((await send(bearer, organizationId)).body)
const orgOf = ({ accessToken }: Bearer) => decodeToken(accessToken).claims.org

const asMember = () => ({ id: tenant.id, slug: `o-${tenant.id}`, role: 'member', permissions: ['members:read'] })

test('a session acts for an organization, as what its owner is there, until it acts for none', async () => {
  const { member } = tenant
  expect(orgOf(member)).toBeNull()
  const events = await eventsOf(world, async () => {
    const acting = await switchTo(member)
    expect(acting.sessionId).toBe(member.sessionId)
    expect(acting.user.id).toBe(member.user.id)
    expect(orgOf(acting)).toEqual(asMember())
    expect(decodeToken(acting.accessToken).claims.jti).toBe(`${member.sessionId}.1`)
    const next = await refresh(world, acting)
    expect(orgOf(next)).toEqual(asMember())
    world.advance(60)
    expect(orgOf(await switchTo(next, null))).toBeNull()
  })
  expect(events.filter(({ type }) => type === 'organization.switched').map(({ data }) => data)).toEqual([
    { organizationId: tenant.id },
    { organizationId: null },
  ])
})

test('a role of the organization’s own is in the token with what it allows', async () => {
  await addRole(world, tenant.id, 'coach', ['teams:write', 'invoices:read'])
  expect(orgOf(await switchTo(await arriveAs(world, tenant.id, 'coach')))).toMatchObject({
    role: 'coach',
    permissions: ['invoices:read', 'teams:write'],
  })
  expect(orgOf(await switchTo(tenant.owner))).toMatchObject({ role: 'owner' })
})

test('an organization of others is as unknown as one that there is not, and nothing changed', async () => {
  const { stranger } = tenant
  for (const id of [tenant.id, crypto.randomUUID()]) {
    expect(await send(stranger, id)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect(orgOf(await refresh(world, stranger))).toBeNull()
})

test('the body is the organization and nothing else, and nobody switches without a session', async () => {
  const { member } = tenant
  for (const json of [
    {},
    { organizationId: 'x' },
    { organizationId: tenant.id, role: 'owner' },
    { organizationId: 1 },
  ]) {
    const answer = await world.send('POST /v1/auth/organization', { token: member.accessToken, json })
    expect(answer.status).toBe(422)
  }
  expect((await world.send('POST /v1/auth/organization', { json: { organizationId: null } })).status).toBe(401)
  await world.send('POST /v1/auth/logout', { token: member.accessToken })
  for (const id of [null, tenant.id]) {
    expect(await send(member, id)).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
  }
})

test('the refresh token from before still gives the same successor for a moment, as after any refresh', async () => {
  const acting = await switchTo(tenant.member)
  const again = await refresh(world, tenant.member)
  expect(again.refreshToken).toBe(acting.refreshToken)
  expect(orgOf(again)).toEqual(asMember())
  world.advance(31)
  const late = await world.send('POST /v1/auth/refresh', { json: { refreshToken: tenant.member.refreshToken } })
  expect(late.status).toBe(401)
})

test('whoever is no member any more acts for nobody from their next refresh on', async () => {
  const acting = await switchTo(tenant.member)
  await world.db.delete(organizationMembers)
  world.advance(60)
  expect(orgOf(await refresh(world, acting))).toBeNull()
})

test('an organization that is gone is in no token', async () => {
  const acting = await switchTo(tenant.member)
  await world.db.delete(organizations)
  world.advance(60)
  expect(orgOf(await refresh(world, acting))).toBeNull()
})

test('a policy that the session does not meet is asked for, by its kind, and the session acts for nobody meanwhile', async () => {
  const acting = await switchTo(tenant.member)
  await world.db.update(organizations).set({ requiresSecondFactor: true })
  world.advance(60)
  const next = await refresh(world, acting)
  expect(orgOf(next)).toBeNull()
  expect(await send(next, tenant.id)).toMatchObject({
    status: 401,
    body: { code: 'insufficient_user_authentication', acrValues: 'aal2' },
  })
  await raise(world, next)
  expect(orgOf(await switchTo(next))).toEqual(asMember())
})

test('a way to log in that is not allowed, and a proof that is too old, are refused too', async () => {
  await world.db.update(organizations).set({ allowedMethods: ['passkey', 'federation'] })
  expect(await send(tenant.member, tenant.id)).toMatchObject({
    status: 403,
    body: { code: 'organization_policy_unmet', unmet: 'method' },
  })
  await world.db.update(organizations).set({ allowedMethods: null, sessionSeconds: 600 })
  const acting = await switchTo(tenant.member)
  world.advance(599)
  const early = await refresh(world, acting)
  expect(orgOf(early)).toEqual(asMember())
  world.advance(1)
  const late = await refresh(world, early)
  expect(orgOf(late)).toBeNull()
  expect(await send(late, tenant.id)).toMatchObject({
    status: 401,
    body: { code: 'insufficient_user_authentication', acrValues: 'aal1' },
  })
})
