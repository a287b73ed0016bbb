import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { given } from '../given'
import { nameServer } from '../support/doh'
import { actFor, foundOrganization, givenMember } from '../support/organizations'
import { TokenSet } from '../support/shapes'
import { claimsOf, Domain, DomainList, freshDomain, Team, TeamMemberPage, TeamPage } from '../support/tenants'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const dns = nameServer()
const server = await target({ DNS_OVER_HTTPS_URL: dns.url })
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1 })

const found = async () => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  return { id, owner, act: actFor(server, owner, id) }
}

const countEvents = async (type: string, organizationId: string) => {
  const rows =
    await sql`select id from audit_event where type = ${type} and data ->> 'organizationId' = ${organizationId}`
  return rows.length
}

test('of sixteen organizations that prove one domain at once exactly one gets it, and the others are refused and recorded', async () => {
  const tenants = await inParallel(16, found)
  for (let round = 0; round < 3; round += 1) {
    const domain = freshDomain()
    const claims = await Promise.all(
      tenants.map(async ({ act }) => Domain.parse((await act('POST /domains', { json: { domain } })).json)),
    )
    dns.publish(claims[0]?.record.name ?? '', ...claims.map(({ record }) => record.value))
    const replies = await Promise.all(tenants.map(({ act }, index) => act(`POST /domains/${claims[index]?.id}/verify`)))
    expect(countByStatus(replies)).toEqual({ 200: 1, 409: 15 })
    const winner = replies.findIndex(({ status }) => status === 200)
    for (const [index, { id, act }] of tenants.entries()) {
      const { items } = DomainList.parse((await act('GET /domains')).json)
      const own = items.find((item) => item.domain === domain)
      expect(own?.verifiedAt !== null).toBe(index === winner)
      const events = await sql`select type from audit_event where data ->> 'organizationId' = ${id}
        and data ->> 'domain' = ${domain} and type <> 'domain.claimed'`
      expect(events.map(({ type }) => type)).toEqual([index === winner ? 'domain.verified' : 'domain.refused'])
    }
  }
}, 120_000)

test('of sixteen claims at once an organization has no more than its twenty, and one domain once', async () => {
  const { id, act } = await found()
  for (let made = 0; made < 12; made += 1) await act('POST /domains', { json: { domain: freshDomain() } })
  const domain = freshDomain()
  const same = await inParallel(16, () => act('POST /domains', { json: { domain } }))
  expect(countByStatus(same)).toEqual({ 201: 1, 409: 15 })
  const others = await inParallel(16, () => act('POST /domains', { json: { domain: freshDomain() } }))
  expect(countByStatus(others)).toEqual({ 201: 7, 409: 9 })
  expect(DomainList.parse((await act('GET /domains')).json).items).toHaveLength(20)
  expect(await countEvents('domain.claimed', id)).toBe(20)
}, 60_000)

test('of sixteen teams of one name at once there is one, and sixteen renamings to one name leave one with it', async () => {
  const { act } = await found()
  const make = (name: string) => act('POST /teams', { json: { name } })
  expect(countByStatus(await inParallel(16, () => make('Engines')))).toEqual({ 201: 1, 409: 15 })
  const made = await inParallel(16, async (index) => Team.parse((await make(`Team ${index}`)).json))
  const renamings = made.map(({ id }) => act(`PATCH /teams/${id}`, { json: { name: 'Looms' } }))
  expect(countByStatus(await Promise.all(renamings))).toEqual({ 200: 1, 409: 15 })
  const { items } = TeamPage.parse((await act('GET /teams?limit=100')).json)
  expect(items.filter(({ name }) => name === 'Looms')).toHaveLength(1)
}, 60_000)

test('somebody is put into a team and taken out once, however many do it; nobody is in it who is removed meanwhile', async () => {
  const { id, owner, act } = await found()
  const team = Team.parse((await act('POST /teams', { json: { name: 'Engines' } })).json)
  const member = await givenMember(server, owner, id)
  const path = `/teams/${team.id}/members/${member.user.id}`
  expect(countByStatus(await inParallel(16, () => act(`PUT ${path}`)))).toEqual({ 204: 16 })
  expect(await countEvents('team.joined', id)).toBe(1)
  expect(countByStatus(await inParallel(16, () => act(`DELETE ${path}`)))).toEqual({ 204: 16 })
  expect(await countEvents('team.left', id)).toBe(1)
  const [removed, ...puts] = await Promise.all([
    act(`DELETE /members/${member.user.id}`),
    ...Array.from({ length: 15 }, () => act(`PUT ${path}`)),
  ])
  expect(removed?.status).toBe(204)
  for (const { status } of puts) expect([204, 404]).toContain(status)
  const { items } = TeamMemberPage.parse((await act(`GET /teams/${team.id}/members`)).json)
  expect(items).toEqual([])
}, 60_000)

test('sixteen switches at once leave the session with one of their tokens, which goes on', async () => {
  const { id, owner } = await found()
  const { accessToken } = owner
  const replies = await inParallel(16, (index) =>
    server.send('POST /v1/auth/organization', { accessToken, json: { organizationId: index % 2 ? id : null } }),
  )
  expect(countByStatus(replies)).toEqual({ 200: 16 })
  const tokens = replies.map(({ json }) => TokenSet.parse(json))
  const counters = tokens.map((set) => Number(String(claimsOf(set.accessToken).jti).split('.')[1]))
  expect(counters.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
  const last = tokens[counters.indexOf(16)]
  const next = await given.refreshed(server, last?.refreshToken ?? '')
  expect(claimsOf(next.accessToken).org).toEqual(claimsOf(last?.accessToken ?? '').org)
}, 60_000)

test('of a switch and a removal at once no token for the organization outlives its next refresh', async () => {
  const { id, owner, act } = await found()
  for (let round = 0; round < 5; round += 1) {
    const member = await givenMember(server, owner, id)
    const [switched, removed] = await Promise.all([
      server.send('POST /v1/auth/organization', { accessToken: member.accessToken, json: { organizationId: id } }),
      act(`DELETE /members/${member.user.id}`),
    ])
    expect(removed?.status).toBe(204)
    expect([200, 404]).toContain(switched?.status ?? 0)
    const held = switched?.status === 200 ? TokenSet.parse(switched.json) : member
    expect(claimsOf((await given.refreshed(server, held.refreshToken)).accessToken).org).toBeNull()
  }
}, 60_000)
