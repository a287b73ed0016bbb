import { beforeEach, expect, test } from 'bun:test'
import { TokenSet } from '#features/sessions/contract'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { logIn } from '../people'
import { arriveAs, openTenant, raise } from './tenant-world'

let world: World
let tenant: Awaited<ReturnType<typeof openTenant>>

beforeEach(async () => {
  world = await openWorld()
  tenant = await openTenant(world)
})

type Bearer = { accessToken: string }

const anything = { requiresSecondFactor: false, allowedMethods: null, sessionSeconds: null }
const path = () => `/v1/organizations/${tenant.id}/policies`
const get = ({ accessToken: token }: Bearer) => world.send(`GET ${path()}`, { token })
const put = ({ accessToken: token }: Bearer, changes: object) =>
  world.send(`PUT ${path()}`, { token, json: { ...anything, ...changes } })

const needsFactor = { status: 401, body: { code: 'insufficient_user_authentication', acrValues: 'aal2' } }
const needsAgain = { status: 401, body: { code: 'insufficient_user_authentication', acrValues: 'aal1' } }
const needsMethod = { status: 403, body: { code: 'organization_policy_unmet', unmet: 'method' } }

test('an organization asks for nothing until it says so; what became different is recorded', async () => {
  expect(await get(tenant.member)).toMatchObject({ status: 200, body: anything })
  const asked = { requiresSecondFactor: false, allowedMethods: ['password'], sessionSeconds: 3600 }
  const events = await eventsOf(world, async () => {
    for (const _ of [1, 2]) expect(await put(tenant.admin, asked)).toMatchObject({ status: 200, body: asked })
  })
  expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
    {
      type: 'organization.updated',
      data: { organizationId: tenant.id, fields: ['allowedMethods', 'sessionSeconds'] },
    },
  ])
  expect(await get(tenant.member)).toMatchObject({ status: 200, body: asked })
})

test('a second factor is asked of everybody at once, and a session that has shown one goes on', async () => {
  const { owner, member } = tenant
  expect(await put(owner, { requiresSecondFactor: true })).toMatchObject(needsFactor)
  expect(await get(member)).toMatchObject({ status: 200, body: anything })
  await raise(world, owner)
  expect(await put(owner, { requiresSecondFactor: true })).toMatchObject({ status: 200 })
  expect(await get(owner)).toMatchObject({ status: 200, body: { requiresSecondFactor: true } })
  expect(await get(member)).toMatchObject(needsFactor)
  await raise(world, member)
  expect((await get(member)).status).toBe(200)
})

test('the way of the log-in is asked, and one who logged in by another can’t ask for it', async () => {
  const { owner, member } = tenant
  for (const allowedMethods of [['passkey'], ['federation', 'email']]) {
    expect(await put(owner, { allowedMethods })).toMatchObject(needsMethod)
  }
  expect(await get(member)).toMatchObject({ body: anything })
  expect((await put(owner, { allowedMethods: ['email', 'password'] })).status).toBe(200)
  expect((await get(member)).status).toBe(200)
})

const methods: [method: string, amr: string[], identity: boolean][] = [
  ['password', ['pwd'], false],
  ['password', ['pwd', 'otp', 'mfa'], false],
  ['email', ['otp'], false],
  ['passkey', ['hwk', 'user', 'mfa'], false],
  ['passkey', ['swk', 'user', 'mfa'], false],
  ['federation', ['fed'], true],
]

test.each(methods)('%s is what %j was, with an identity: %p, and no other', async (method, amr, hasIdentity) => {
  const { member, owner } = tenant
  const identityId = hasIdentity ? crypto.randomUUID() : null
  await world.db.run(
    'update session set amr = $1::text::jsonb, identity_id = $2::uuid where user_id = $3::uuid',
    [JSON.stringify(amr), identityId, member.user.id],
    'objects',
  )
  const all = ['password', 'email', 'passkey', 'federation']
  const allow = (allowed: string[]) =>
    world.db.run('update organization set allowed_methods = $1::text::jsonb', [JSON.stringify(allowed)], 'objects')
  await allow([method])
  expect((await get(member)).status).toBe(200)
  await allow(all.filter((name) => name !== method))
  expect(await get(member)).toMatchObject(needsMethod)
  expect((await get(owner)).status).toBe(method === 'password' ? 403 : 200)
})

test('how long ago somebody showed who they are is asked, until they show it again', async () => {
  const { owner, member } = tenant
  world.advance(600)
  expect(await put(owner, { sessionSeconds: 600 })).toMatchObject(needsAgain)
  const fresh = await logIn(world, { ...owner, name: 'Ada' })
  expect((await put(fresh, { sessionSeconds: 600 })).status).toBe(200)
  expect(await get(member)).toMatchObject(needsAgain)
  const again = await world.send('POST /v1/auth/step-up', {
    token: member.accessToken,
    json: { method: 'password', password: member.password },
  })
  const shown = TokenSet.parse(again.body)
  expect((await get(shown)).status).toBe(200)
  world.advance(599)
  expect((await get(shown)).status).toBe(200)
  world.advance(1)
  expect(await get(shown)).toMatchObject(needsAgain)
})

test('members may not say how others log in, and strangers find no organization', async () => {
  const { member, stranger } = tenant
  expect(await put(member, {})).toMatchObject({ status: 403, body: { code: 'missing_permission' } })
  expect((await put(stranger, {})).status).toBe(404)
  expect((await get(stranger)).status).toBe(404)
  const other = await openTenant(world)
  expect((await put(other.owner, {})).status).toBe(404)
})

test('what nobody could mean is refused', async () => {
  for (const changes of [
    { allowedMethods: [] },
    { allowedMethods: ['sms'] },
    { allowedMethods: ['password', 'password'] },
    { sessionSeconds: 299 },
    { sessionSeconds: 1.5 },
    { requiresSecondFactor: null },
    { organizationId: tenant.id },
  ]) {
    expect((await put(tenant.owner, changes)).status).toBe(422)
  }
  const { accessToken: token } = await arriveAs(world, tenant.id, 'admin')
  expect((await world.send(`PUT ${path()}`, { token, json: { requiresSecondFactor: false } })).status).toBe(422)
})
