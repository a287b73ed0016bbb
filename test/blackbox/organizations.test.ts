import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { actFor, foundOrganization, givenMember, Organization, pages } from '../support/organizations'
import { ActivityPage } from '../support/shapes'
import { target } from '../target'

const server = await target()

test('who makes an organization owns it, finds it in their list, renames it and deletes it', async () => {
  const owner = await given.person(server)
  const { accessToken } = owner
  const made = await foundOrganization(server, owner, { name: '  Analytical Engines ' })
  expect(made).toMatchObject({
    name: 'Analytical Engines',
    role: 'owner',
    slug: expect.stringMatching(/^analytical-engines-[0-9a-f]{10}$/),
    policies: { requiresSecondFactor: false, allowedMethods: null, sessionSeconds: null },
  })
  const act = actFor(server, owner, made.id)
  expect(Organization.parse((await act('GET ')).json)).toEqual(made)
  const renamed = await act('PATCH ', { json: { name: 'Difference Engines' } })
  expect(renamed.json).toMatchObject({ ...made, name: 'Difference Engines', updatedAt: expect.any(String) })
  const { items } = pages.organizations.parse((await server.send('GET /v1/organizations', { accessToken })).json)
  expect(items.map(({ id, name }) => [id, name])).toEqual([[made.id, 'Difference Engines']])
  const members = pages.members.parse((await act('GET /members')).json)
  expect(members.items).toEqual([
    expect.objectContaining({ id: owner.user.id, email: owner.email, role: 'owner', joinedBy: 'creation' }),
  ])
  expect((await act('DELETE ')).status).toBe(204)
  expectProblem(await act('GET '), 404, 'not_found')
  const none = await server.send('GET /v1/organizations', { accessToken })
  expect(none.json).toEqual({ items: [], nextCursor: null })
  const activity = ActivityPage.parse(
    (await server.send('GET /v1/me/activity?kind=organization', { accessToken })).json,
  )
  expect(activity.items.map(({ type }) => type).toSorted()).toEqual(['organization_created', 'organization_joined'])
})

test('a slug is one organization’s, free again once it is deleted, and made of letters, digits and single hyphens', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const slug = `engines-${crypto.randomUUID().slice(0, 8)}`
  const { id } = await foundOrganization(server, ada, { slug })
  const again = () =>
    server.send('POST /v1/organizations', { accessToken: eve.accessToken, json: { name: 'Other', slug } })
  expectProblem(await again(), 409, 'slug_taken')
  expect((await actFor(server, ada, id)('DELETE ')).status).toBe(204)
  expect((await again()).json).toMatchObject({ slug, name: 'Other' })
  for (const bad of ['a', 'A-slug', '-x1', 'x1-', 'two--hyphens', 'ümlaut', `${'a'.repeat(49)}`]) {
    const json = { name: 'Other', slug: bad }
    const reply = await server.send('POST /v1/organizations', { accessToken: eve.accessToken, json })
    expect({ bad, status: reply.status }).toEqual({ bad, status: 422 })
  }
  const { accessToken } = ada
  const odd = await server.send('POST /v1/organizations', { accessToken, json: { name: '株式会社 ☃' } })
  expect(odd.json).toMatchObject({ name: '株式会社 ☃', slug: expect.stringMatching(/^[0-9a-f]{10}$/) })
})

test('a repeated request with a key makes one organization', async () => {
  const { accessToken } = await given.person(server)
  const send = () =>
    server.send('POST /v1/organizations', {
      accessToken,
      json: { name: 'Once' },
      headers: { 'idempotency-key': 'make-it-once' },
    })
  const [first, second] = [await send(), await send()]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.text).toBe(first.text)
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  const { items } = pages.organizations.parse((await server.send('GET /v1/organizations', { accessToken })).json)
  expect(items).toHaveLength(1)
})

test('who has not proved their address makes none', async () => {
  const open = await target({ EMAIL_VERIFICATION: 'optional' })
  const { accessToken } = await given.newcomer(open)
  const reply = await open.send('POST /v1/organizations', { accessToken, json: { name: 'Early' } })
  expectProblem(reply, 403, 'email_unverified')
})

test('lists of organizations and of members are paged by their ids', async () => {
  const owner = await given.person(server)
  const made: string[] = []
  for (let count = 0; count < 3; count += 1) made.push((await foundOrganization(server, owner)).id)
  const [id = ''] = made
  const people = [owner, await givenMember(server, owner, id), await givenMember(server, owner, id)]
  const walk = async (path: string) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const reply = await server.send(`GET ${path}?limit=1${cursor && `&cursor=${cursor}`}`, owner)
      const page: { items: { id: string }[]; nextCursor: string | null } = JSON.parse(reply.text)
      found.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    }
    return found
  }
  expect(await walk('/v1/organizations')).toEqual(made.toReversed())
  expect(await walk(`/v1/organizations/${id}/members`)).toEqual(people.map(({ user }) => user.id).toSorted())
})

test('a member leaves, and is refused at once; the owner does not leave', async () => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  const member = await givenMember(server, owner, id)
  const act = actFor(server, member, id)
  expect((await act('GET /members')).status).toBe(200)
  expect((await act('DELETE /members/me')).status).toBe(204)
  for (const route of ['GET ', 'GET /members', 'DELETE /members/me']) expectProblem(await act(route), 404, 'not_found')
  expectProblem(await actFor(server, owner, id)('DELETE /members/me'), 409, 'owner_must_transfer')
})

test('the owner makes a member the owner, and is an admin from then on', async () => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  const heir = await givenMember(server, owner, id)
  const stranger = await given.person(server)
  const transfer = (userId: string, by = owner) => actFor(server, by, id)('POST /transfer', { json: { userId } })
  expectProblem(await transfer(heir.user.id, heir), 403, 'missing_permission')
  expectProblem(await transfer(stranger.user.id), 404, 'not_found')
  expectFaults(await transfer(owner.user.id), { '/userId': 'already_owner' })
  expect((await transfer(heir.user.id)).json).toMatchObject({ id, role: 'admin' })
  expectProblem(await transfer(heir.user.id), 403, 'missing_permission')
  expectProblem(await actFor(server, owner, id)('DELETE '), 403, 'missing_permission')
  const members = pages.members.parse((await actFor(server, heir, id)('GET /members')).json)
  expect(Object.fromEntries(members.items.map((member) => [member.id, member.role]))).toEqual({
    [owner.user.id]: 'admin',
    [heir.user.id]: 'owner',
  })
  expect((await actFor(server, owner, id)('DELETE /members/me')).status).toBe(204)
  expect((await actFor(server, heir, id)('DELETE ')).status).toBe(204)
})

test('who owns an organization with others keeps their account until they transfer it; one without others goes along', async () => {
  const owner = await given.person(server)
  const { accessToken } = owner
  const { id } = await foundOrganization(server, owner)
  await foundOrganization(server, owner)
  const heir = await givenMember(server, owner, id)
  const refused = await server.send('DELETE /v1/me', { accessToken })
  expectProblem(refused, 409, 'owns_organizations')
  expect(refused.json).toMatchObject({ organizationIds: [id] })
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
  expect((await actFor(server, owner, id)('POST /transfer', { json: { userId: heir.user.id } })).status).toBe(200)
  expect((await server.send('DELETE /v1/me', { accessToken })).status).toBe(202)
  const members = pages.members.parse((await actFor(server, heir, id)('GET /members')).json)
  expect(members.items.map((member) => member.id)).toEqual([heir.user.id])
})
