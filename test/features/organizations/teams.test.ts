import { beforeAll, expect, test } from 'bun:test'
import { Team, TeamMemberPage, TeamPage } from '#features/organizations/team-contract'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { addRole, arriveAs, openTenant } from './tenant-world'

let world: World
let tenant: Awaited<ReturnType<typeof openTenant>>
let other: Awaited<ReturnType<typeof openTenant>>

beforeAll(async () => {
  world = await openWorld()
  tenant = await openTenant(world)
  other = await openTenant(world)
})

type Bearer = { accessToken: string }

const at = (path = '', { id } = tenant) => `/v1/organizations/${id}/teams${path}`
const create = ({ accessToken: token }: Bearer, name: string, of = tenant) =>
  world.send(`POST ${at('', of)}`, { token, json: { name } })
const made = async (name: string, of = tenant) => Team.parse((await create(of.admin, name, of)).body)
const put = ({ accessToken: token }: Bearer, teamId: string, userId: string) =>
  world.send(`PUT ${at(`/${teamId}/members/${userId}`)}`, { token })
const remove = ({ accessToken: token }: Bearer, teamId: string, userId: string) =>
  world.send(`DELETE ${at(`/${teamId}/members/${userId}`)}`, { token })
const membersOf = async (teamId: string, query = '') => {
  const { body } = await world.send(`GET ${at(`/${teamId}/members${query}`)}`, { token: tenant.member.accessToken })
  return TeamMemberPage.parse(body)
}

test('a team is made, shown to members, renamed and deleted, and each of it is recorded', async () => {
  const token = tenant.admin.accessToken
  let team = { id: '', name: '' }
  const events = await eventsOf(world, async () => {
    team = await made('Engines')
    const renamed = await world.send(`PATCH ${at(`/${team.id}`)}`, { token, json: { name: ' Difference engines ' } })
    expect(renamed).toMatchObject({ status: 200, body: { id: team.id, name: 'Difference engines' } })
    const { items } = TeamPage.parse((await world.send(`GET ${at()}`, { token: tenant.member.accessToken })).body)
    expect(items).toContainEqual(Team.parse(renamed.body))
    expect((await world.send(`DELETE ${at(`/${team.id}`)}`, { token })).status).toBe(204)
    expect((await world.send(`DELETE ${at(`/${team.id}`)}`, { token })).status).toBe(404)
  })
  const data = { organizationId: tenant.id, teamId: team.id }
  expect(events.map(({ type, data, actorId }) => ({ type, data, actorId }))).toEqual(
    ['team.created', 'team.deleted', 'team.updated'].map((type) => ({ type, data, actorId: tenant.admin.user.id })),
  )
})

test('a name is of one team of an organization at a time', async () => {
  const first = await made('Looms')
  expect(await create(tenant.owner, 'Looms')).toMatchObject({ status: 409, body: { code: 'team_name_taken' } })
  const second = await made('Cards')
  const rename = (name: string) =>
    world.send(`PATCH ${at(`/${second.id}`)}`, { token: tenant.owner.accessToken, json: { name } })
  expect(await rename('Looms')).toMatchObject({ status: 409, body: { code: 'team_name_taken' } })
  expect(await rename('Cards')).toMatchObject({ status: 200 })
  expect((await create(other.owner, 'Looms', other)).status).toBe(201)
  await world.send(`DELETE ${at(`/${first.id}`)}`, { token: tenant.owner.accessToken })
  expect(await rename('Looms')).toMatchObject({ status: 200, body: { name: 'Looms' } })
})

test('a repeated request with its key makes one team', async () => {
  const send = () =>
    world.send(`POST ${at()}`, {
      token: tenant.admin.accessToken,
      json: { name: 'Once' },
      headers: { 'idempotency-key': 'a key of this test' },
    })
  await expect(send()).resolves.toMatchObject({ status: 400 })
  const keyed = () =>
    world.send(`POST ${at()}`, {
      token: tenant.admin.accessToken,
      json: { name: 'Once' },
      headers: { 'idempotency-key': 'once' },
    })
  const first = await keyed()
  const again = await keyed()
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('members of the organization are put into a team and taken out, once each, and nobody else', async () => {
  const team = await made('Weavers')
  const { admin, member, stranger } = tenant
  const events = await eventsOf(world, async () => {
    for (const _ of [1, 2]) expect((await put(admin, team.id, member.user.id)).status).toBe(204)
    expect((await put(admin, team.id, stranger.user.id)).status).toBe(404)
    expect((await put(admin, team.id, other.member.user.id)).status).toBe(404)
    expect((await membersOf(team.id)).items).toEqual([
      { userId: member.user.id, name: 'Ada', email: member.email, joinedAt: world.clock.now().toISOString() },
    ])
    for (const _ of [1, 2]) expect((await remove(admin, team.id, member.user.id)).status).toBe(204)
    expect((await membersOf(team.id)).items).toEqual([])
  })
  expect(events.map(({ type, userId }) => ({ type, userId }))).toEqual([
    { type: 'team.joined', userId: member.user.id },
    { type: 'team.left', userId: member.user.id },
  ])
})

test('lists are paged, and pages together hold each once', async () => {
  const team = await made('Readers')
  const readers = [tenant.owner, tenant.admin, tenant.member].map(({ user }) => user.id)
  for (const id of readers) await put(tenant.admin, team.id, id)
  const first = await membersOf(team.id, '?limit=2')
  const second = await membersOf(team.id, `?limit=2&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map(({ userId }) => userId)).toEqual(readers.toSorted())
  expect(second.nextCursor).toBeNull()
  await made('One more')
  const page = TeamPage.parse((await world.send(`GET ${at('?limit=1')}`, { token: tenant.member.accessToken })).body)
  expect(page.items).toHaveLength(1)
  expect(page.nextCursor).toBe(page.items[0]?.id ?? '')
})

test('members may look and not touch; strangers find no organization; a role that may, may', async () => {
  const team = await made('Guarded')
  const { member, stranger } = tenant
  expect(await create(member, 'Mine')).toMatchObject({ status: 403, body: { code: 'missing_permission' } })
  expect(await put(member, team.id, member.user.id)).toMatchObject({ status: 403 })
  expect(await remove(member, team.id, member.user.id)).toMatchObject({ status: 403 })
  for (const token of [stranger.accessToken, other.owner.accessToken]) {
    for (const route of [
      `GET ${at()}`,
      `GET ${at(`/${team.id}/members`)}`,
      `DELETE ${at(`/${team.id}`)}`,
      `PUT ${at(`/${team.id}/members/${member.user.id}`)}`,
      `DELETE ${at(`/${team.id}/members/${member.user.id}`)}`,
    ]) {
      expect(await world.send(route, { token }), route).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  }
  await addRole(world, tenant.id, 'coach', ['teams:write'])
  const coach = await arriveAs(world, tenant.id, 'coach')
  expect((await create(coach, 'Of the coach')).status).toBe(201)
  expect((await world.send(`GET ${at()}`, { token: coach.accessToken })).status).toBe(403)
})

test('a team of another organization is unknown under this one', async () => {
  const theirs = await made('Theirs', other)
  const { admin, member } = tenant
  const token = admin.accessToken
  expect((await world.send(`PATCH ${at(`/${theirs.id}`)}`, { token, json: { name: 'Ours' } })).status).toBe(404)
  expect((await world.send(`DELETE ${at(`/${theirs.id}`)}`, { token })).status).toBe(404)
  expect((await put(admin, theirs.id, member.user.id)).status).toBe(404)
  expect((await world.send(`GET ${at(`/${theirs.id}/members`)}`, { token })).status).toBe(404)
})
