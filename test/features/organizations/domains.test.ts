import { beforeEach, expect, test } from 'bun:test'
import { OrganizationDomain, OrganizationDomainList } from '#features/organizations/domain-contract'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { addRole, arriveAs, membersOf, openTenant } from './tenant-world'

type Tenant = Awaited<ReturnType<typeof openTenant>>
type Bearer = { accessToken: string }

let world: World
let tenant: Tenant
let other: Tenant

beforeEach(async () => {
  world = await openWorld()
  tenant = await openTenant(world)
  other = await openTenant(world)
})

const at = (path = '', { id } = tenant) => `/v1/organizations/${id}/domains${path}`
const claim = ({ accessToken: token }: Bearer, json: object, of = tenant) =>
  world.send(`POST ${at('', of)}`, { token, json })
const claimed = async (domain: string, of = tenant, json: object = {}) =>
  OrganizationDomain.parse((await claim(of.owner, { domain, ...json }, of)).body)
const verify = ({ accessToken: token }: Bearer, id: string, of = tenant) =>
  world.send(`POST ${at(`/${id}/verify`, of)}`, { token })
const list = async (of = tenant) =>
  OrganizationDomainList.parse((await world.send(`GET ${at('', of)}`, { token: of.admin.accessToken })).body).items
const publish = ({ record: { name, value } }: OrganizationDomain, ...more: string[]) =>
  world.zone.set(name, { outcome: 'found', texts: [...more, value] })
const factsOf = (events: Awaited<ReturnType<typeof eventsOf>>) => events.map(({ type, data }) => ({ type, data }))

test('a claim says which record proves it, with a challenge that nobody guesses', async () => {
  const events = await eventsOf(world, async () => {
    const answer = await claim(tenant.admin, { domain: ' Acme.Example.COM ' })
    expect(answer.status).toBe(201)
    const domain = OrganizationDomain.parse(answer.body)
    expect(domain).toMatchObject({ domain: 'acme.example.com', autoJoinRole: null, verifiedAt: null, checkedAt: null })
    expect(domain.record).toEqual({
      type: 'TXT',
      name: '_postern-challenge.acme.example.com',
      value: expect.stringMatching(/^postern-domain-verification=[\w-]{43}$/),
    })
    expect(await list()).toEqual([domain])
    world.advance(1)
    expect((await claimed('acme.example.com', other)).record.value).not.toBe(domain.record.value)
  })
  expect(factsOf(events)).toEqual(
    [tenant, other].map(({ id }) => ({
      type: 'domain.claimed',
      data: { organizationId: id, domain: 'acme.example.com' },
    })),
  )
})

test('what is no domain, or everybody’s, is not claimed', async () => {
  const names = ['localhost', 'acme', '127.0.0.1', 'https://acme.com', 'acme.com/', 'a_b.com', '-a.com', 'münchen.de']
  for (const domain of [...names, 'gmail.com', 'Outlook.com', `${'a'.repeat(64)}.com`, 'acme.com.', '', '*.acme.com']) {
    expect(await claim(tenant.owner, { domain }), domain).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/domain' }] },
    })
  }
  expect((await claim(tenant.owner, { domain: 'xn--mnchen-3ya.de' })).status).toBe(201)
})

test('a domain is claimed once by an organization, and 20 of them at the most', async () => {
  for (let index = 0; index < 20; index += 1) await claimed(`d${index}.com`)
  expect(await claim(tenant.owner, { domain: 'd20.com' })).toMatchObject({
    status: 409,
    body: { code: 'limit_reached' },
  })
  const [first] = await list()
  await world.send(`DELETE ${at(`/${first?.id}`)}`, { token: tenant.owner.accessToken })
  expect(await claim(tenant.owner, { domain: 'd1.com' })).toMatchObject({ body: { code: 'domain_claimed' } })
  expect((await claim(tenant.owner, { domain: 'd20.com' })).status).toBe(201)
})

test('a domain is proved by its record among others, and not by another one’s', async () => {
  const domain = await claimed('acme.com')
  const foreign = await claimed('acme.com', other)
  const refused = { status: 409, body: { code: 'domain_unproved' } }
  const events = await eventsOf(world, async () => {
    expect(await verify(tenant.owner, domain.id)).toMatchObject(refused)
    publish(foreign)
    expect(await verify(tenant.owner, domain.id)).toMatchObject(refused)
    world.zone.set(domain.record.name, { outcome: 'found', texts: [domain.record.value.toUpperCase()] })
    expect(await verify(tenant.owner, domain.id)).toMatchObject(refused)
    world.advance(1)
    publish(domain, 'v=spf1 -all')
    const now = world.clock.now().toISOString()
    const proved = { ...domain, verifiedAt: now, checkedAt: now }
    expect(await verify(tenant.owner, domain.id)).toMatchObject({ status: 200, body: proved })
    expect(await list()).toEqual([proved])
    expect((await verify(tenant.owner, domain.id)).status).toBe(200)
  })
  const facts = { organizationId: tenant.id, domain: 'acme.com' }
  expect(factsOf(events)).toEqual([
    ...Array(3).fill({ type: 'domain.refused', data: { ...facts, reason: 'absent' } }),
    { type: 'domain.verified', data: facts },
  ])
})

test('one organization has a domain at a time: the other one is refused until it is free, and that is recorded', async () => {
  const [mine, theirs] = [await claimed('acme.com'), await claimed('acme.com', other)]
  publish(mine)
  await verify(tenant.owner, mine.id)
  publish(theirs)
  const taken = { status: 409, body: { code: 'domain_taken' } }
  const events = await eventsOf(world, async () => {
    expect(await verify(other.owner, theirs.id, other)).toMatchObject(taken)
  })
  expect(factsOf(events)).toEqual([
    { type: 'domain.refused', data: { organizationId: other.id, domain: 'acme.com', reason: 'taken' } },
  ])
  expect((await list(other))[0]?.verifiedAt).toBeNull()
  await world.send(`DELETE ${at(`/${mine.id}`)}`, { token: tenant.owner.accessToken })
  expect((await verify(other.owner, theirs.id, other)).status).toBe(200)
})

test('while DNS does not answer nothing is proved, and whoever asks is told to come again', async () => {
  const domain = await claimed('acme.com')
  world.zone.set(domain.record.name, { outcome: 'unavailable' })
  const answer = await verify(tenant.owner, domain.id)
  expect(answer).toMatchObject({ status: 503, body: { code: 'dns_unavailable', retryAfterSeconds: 5 } })
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(answer.headers.get('server-timing')).toContain('dns')
  expect(world.platform.outages.list()).toMatchObject([{ dependency: 'dns', mode: 'closed', count: 1 }])
  expect((await list())[0]).toEqual(domain)
})

test('people join as what the caller may give: never as owner, nor as what there is not, nor above the caller', async () => {
  await addRole(world, tenant.id, 'reader', ['members:read'])
  await addRole(world, tenant.id, 'registrar', ['domains:write', 'members:read'])
  const registrar = await arriveAs(world, tenant.id, 'registrar')
  const fault = (pointer: string) => ({ status: 422, body: { errors: [{ pointer, code: 'unknown_role' }] } })
  expect(await claim(tenant.owner, { domain: 'a.com', autoJoinRole: 'owner' })).toMatchObject(fault('/autoJoinRole'))
  expect(await claim(tenant.owner, { domain: 'a.com', autoJoinRole: 'king' })).toMatchObject(fault('/autoJoinRole'))
  const events = await eventsOf(world, async () => {
    expect(await claim(registrar, { domain: 'a.com', autoJoinRole: 'admin' })).toMatchObject({
      status: 403,
      body: { code: 'role_above_own' },
    })
  })
  expect(factsOf(events)).toEqual([{ type: 'member.role_refused', data: { organizationId: tenant.id, role: 'admin' } }])
  expect(await list()).toEqual([])
  const domain = OrganizationDomain.parse((await claim(registrar, { domain: 'a.com', autoJoinRole: 'reader' })).body)
  const change = (autoJoinRole: string | null, { accessToken: token }: Bearer = registrar) =>
    world.send(`PATCH ${at(`/${domain.id}`)}`, { token, json: { autoJoinRole } })
  expect((await change('admin')).status).toBe(403)
  expect(await change('owner')).toMatchObject(fault('/autoJoinRole'))
  expect(await change('registrar')).toMatchObject({ status: 200, body: { autoJoinRole: 'registrar' } })
  expect(await change('admin', tenant.owner)).toMatchObject({ status: 200 })
  expect(await change(null)).toMatchObject({ status: 200, body: { autoJoinRole: null } })
})

test('domains are for who may write them; those of others are unknown', async () => {
  const domain = await claimed('acme.com')
  const routes = [
    `GET ${at()}`,
    `POST ${at(`/${domain.id}/verify`)}`,
    `DELETE ${at(`/${domain.id}`)}`,
    `PATCH ${at(`/${domain.id}`)}`,
  ]
  for (const route of routes) {
    const json = route.startsWith('PATCH') ? { json: { autoJoinRole: 'member' } } : {}
    const statusFor = async ({ accessToken: token }: Bearer) => (await world.send(route, { token, ...json })).status
    expect(await statusFor(tenant.member), route).toBe(403)
    expect(await statusFor(tenant.stranger), route).toBe(404)
    expect(await statusFor(other.owner), route).toBe(404)
    const under = route.replace(tenant.id, other.id)
    const theirs = (await world.send(under, { token: other.owner.accessToken, ...json })).status
    expect(theirs, under).toBe(route.startsWith('GET') ? 200 : 404)
  }
  expect(await list(other)).toEqual([])
  expect(Object.keys(await membersOf(world, tenant.id))).toHaveLength(3)
})
