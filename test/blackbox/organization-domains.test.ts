import { expect, test } from 'bun:test'
import { given } from '../given'
import { nameServer } from '../support/doh'
import { expectFaults, expectFaultyField, expectProblem } from '../support/expect-problem'
import { tokenIn, waitForMail } from '../support/mailbox'
import { actFor, foundOrganization, givenMember, pages } from '../support/organizations'
import { ActivityPage } from '../support/shapes'
import { Domain, DomainList, freshDomain } from '../support/tenants'
import { target } from '../target'

const dns = nameServer()
const server = await target({ DNS_OVER_HTTPS_URL: dns.url })

/** An organization, with how its owner sends requests about it. */
const found = async () => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  return { id, owner, act: actFor(server, owner, id) }
}
type Tenant = Awaited<ReturnType<typeof found>>

const claim = async ({ act }: Tenant, domain: string, autoJoinRole: string | null = null): Promise<Domain> =>
  Domain.parse((await act('POST /domains', { json: { domain, autoJoinRole } })).json)

const prove = async (tenant: Tenant, domain = freshDomain(), autoJoinRole: string | null = null): Promise<Domain> => {
  const claimed = await claim(tenant, domain, autoJoinRole)
  dns.publish(claimed.record.name, 'v=spf1 -all', claimed.record.value)
  return Domain.parse((await tenant.act(`POST /domains/${claimed.id}/verify`)).json)
}

/** Somebody who registered with an address, proved or not yet. */
const register = async (email: string) => {
  const password = `Correct horse ${crypto.randomUUID()}`
  expect((await server.send('POST /v1/auth/register', { json: { email, password } })).status).toBe(202)
  return { email, password, token: tokenIn(await waitForMail(server, email, 'verify-email')) }
}
const proveAddress = ({ token }: { token: string }) => server.send('POST /v1/auth/email/verify', { json: { token } })

/** Who joined by a domain, once so many have. */
const joined = async ({ act }: Tenant, count: number): Promise<string[]> => {
  for (const giveUpAt = Date.now() + 20_000; ; await Bun.sleep(50)) {
    const { items } = pages.members.parse((await act('GET /members')).json)
    const emails = items.filter(({ joinedBy }) => joinedBy === 'domain').map(({ email }) => email)
    if (emails.length >= count || Date.now() > giveUpAt) return emails
  }
}

test('a claim says which record proves it; with the record in DNS it is the organization’s', async () => {
  const tenant = await found()
  const name = freshDomain()
  const domain = await claim(tenant, name.toUpperCase())
  expect(domain).toMatchObject({ domain: name, verifiedAt: null, checkedAt: null, missingSince: null })
  expect(domain.record.name).toBe(`_postern-challenge.${name}`)
  expect(domain.record.value).toMatch(/^postern-domain-verification=[\w-]{43}$/)
  expectProblem(await tenant.act(`POST /domains/${domain.id}/verify`), 409, 'domain_unproved')
  dns.publish(domain.record.name, `${domain.record.value}x`)
  expectProblem(await tenant.act(`POST /domains/${domain.id}/verify`), 409, 'domain_unproved')
  dns.publish(domain.record.name, 'something else', domain.record.value)
  const proved = Domain.parse((await tenant.act(`POST /domains/${domain.id}/verify`)).json)
  expect(proved.verifiedAt).toBe(proved.checkedAt)
  expect(DomainList.parse((await tenant.act('GET /domains')).json).items).toEqual([proved])
  expect(await tenant.act(`DELETE /domains/${domain.id}`)).toMatchObject({ status: 204, text: '' })
  expectProblem(await tenant.act(`DELETE /domains/${domain.id}`), 404, 'not_found')
})

test('one organization has a domain at a time', async () => {
  const [mine, theirs] = [await found(), await found()]
  const proved = await prove(mine)
  const second = await claim(theirs, proved.domain)
  dns.publish(second.record.name, second.record.value)
  expectProblem(await theirs.act(`POST /domains/${second.id}/verify`), 409, 'domain_taken')
  expectProblem(await mine.act('POST /domains', { json: { domain: proved.domain } }), 409, 'domain_claimed')
  await mine.act(`DELETE /domains/${proved.id}`)
  expect((await theirs.act(`POST /domains/${second.id}/verify`)).status).toBe(200)
})

test('while DNS does not answer nothing is proved', async () => {
  const tenant = await found()
  const domain = await claim(tenant, freshDomain())
  dns.fail(domain.record.name)
  const reply = await tenant.act(`POST /domains/${domain.id}/verify`)
  expectProblem(reply, 503, 'dns_unavailable')
  expect(reply.headers.get('retry-after')).toBe('5')
  expect(reply.headers.get('server-timing')).toMatch(/dns/)
})

test('whoever proves an address of the domain joins, is shown it, and nobody else does', async () => {
  const tenant = await found()
  const { domain } = await prove(tenant, freshDomain(), 'member')
  const outsider = await register(`outsider@not${domain}`)
  const below = await register(`below@mail.${domain}`)
  const person = await register(`ada@${domain}`)
  for (const someone of [outsider, below, person]) expect((await proveAddress(someone)).status).toBe(200)
  expect(await joined(tenant, 1)).toEqual([person.email])
  const { accessToken } = await given.session(server, person)
  const { items } = ActivityPage.parse(
    (await server.send('GET /v1/me/activity?kind=organization', { accessToken })).json,
  )
  expect(items).toMatchObject([
    { type: 'organization_joined', details: { organizationId: tenant.id, by: 'domain', role: 'member' } },
  ])
})

test('whoever proved an address before joins once the domain lets them, and whoever moves to one does too', async () => {
  const tenant = await found()
  const domain = freshDomain()
  const early = await register(`early@${domain}`)
  await proveAddress(early)
  const unproved = await register(`unproved@${domain}`)
  const { id } = await prove(tenant, domain)
  expect((await tenant.act(`PATCH /domains/${id}`, { json: { autoJoinRole: 'admin' } })).status).toBe(200)
  expect(await joined(tenant, 1)).toEqual([early.email])
  const mover = await given.person(server)
  const token = await given.emailChangeToken(server, mover, `mover@${domain}`)
  await server.send('POST /v1/me/email/change/confirm', { json: { token } })
  expect((await joined(tenant, 2)).toSorted()).toEqual([early.email, `mover@${domain}`].toSorted())
  const { code } = await given.logInMail(server, unproved.email)
  await server.send('POST /v1/auth/email-link/consume', { json: { email: unproved.email, code } })
  expect(await joined(tenant, 3)).toContain(unproved.email)
})

test('a domain that is given up lets nobody in any more, and who joined by it stays', async () => {
  const tenant = await found()
  const { id, domain } = await prove(tenant, freshDomain(), 'member')
  const [first, second] = [await register(`first@${domain}`), await register(`second@${domain}`)]
  await proveAddress(first)
  await joined(tenant, 1)
  await tenant.act(`DELETE /domains/${id}`)
  await proveAddress(second)
  // A domain of another organization is proved behind it in the queue: once somebody joined there, the other was worked too.
  const other = await found()
  const next = await prove(other, freshDomain(), 'member')
  await proveAddress(await register(`ada@${next.domain}`))
  await joined(other, 1)
  expect(await joined(tenant, 1)).toEqual([first.email])
})

test('what is no domain, or a role that nobody can join as, is refused by its field', async () => {
  const { act } = await found()
  for (const domain of [
    'localhost',
    '10.0.0.1',
    'a_b.com',
    'gmail.com',
    'acme.com.',
    'https://acme.com',
    'münchen.de',
  ]) {
    expectFaultyField(await act('POST /domains', { json: { domain } }), '/domain')
  }
  for (const autoJoinRole of ['owner', 'nobody-made-it']) {
    const reply = await act('POST /domains', { json: { domain: freshDomain(), autoJoinRole } })
    expectFaults(reply, { '/autoJoinRole': 'unknown_role' })
  }
})

test('domains are for who may write them: to members there is nothing to do, to strangers nothing at all', async () => {
  const tenant = await found()
  const domain = await claim(tenant, freshDomain())
  const member = actFor(server, await givenMember(server, tenant.owner, tenant.id), tenant.id)
  const stranger = actFor(server, await given.person(server), tenant.id)
  const routes = ['GET /domains', `POST /domains/${domain.id}/verify`, `DELETE /domains/${domain.id}`]
  for (const route of routes) {
    expectProblem(await member(route), 403, 'missing_permission')
    expectProblem(await stranger(route), 404, 'not_found')
  }
  const json = { autoJoinRole: 'member' }
  expectProblem(await member(`PATCH /domains/${domain.id}`, { json }), 403, 'missing_permission')
  expectProblem(await stranger(`PATCH /domains/${domain.id}`, { json }), 404, 'not_found')
  const other = await found()
  expectProblem(await other.act(`PATCH /domains/${domain.id}`, { json }), 404, 'not_found')
  expectProblem(await other.act(`POST /domains/${domain.id}/verify`), 404, 'not_found')
})
