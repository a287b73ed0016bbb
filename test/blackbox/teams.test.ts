import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { actFor, foundOrganization, givenMember } from '../support/organizations'
import { Team, TeamMemberPage, TeamPage } from '../support/tenants'
import { target } from '../target'

const server = await target()

const found = async () => {
  const owner = await given.person(server)
  const { id } = await foundOrganization(server, owner)
  const member = await givenMember(server, owner, id)
  const act = actFor(server, owner, id)
  const make = async (name: string) => Team.parse((await act('POST /teams', { json: { name } })).json)
  return { id, owner, member, act, make, asMember: actFor(server, member, id) }
}

test('teams are made, listed, renamed and deleted', async () => {
  const { act, asMember, make } = await found()
  const [engines, looms] = [await make(' Engines '), await make('Looms')]
  expect(engines.name).toBe('Engines')
  expect(TeamPage.parse((await asMember('GET /teams')).json).items).toEqual([engines, looms])
  expect(TeamPage.parse((await asMember('GET /teams?limit=1')).json)).toEqual({
    items: [engines],
    nextCursor: engines.id,
  })
  expectProblem(await act('POST /teams', { json: { name: 'Looms' } }), 409, 'team_name_taken')
  expectProblem(await act(`PATCH /teams/${engines.id}`, { json: { name: 'Looms' } }), 409, 'team_name_taken')
  const renamed = Team.parse((await act(`PATCH /teams/${engines.id}`, { json: { name: 'Cards' } })).json)
  expect(renamed).toEqual({ ...engines, name: 'Cards' })
  expect(await act(`DELETE /teams/${engines.id}`)).toMatchObject({ status: 204, text: '' })
  expectProblem(await act(`DELETE /teams/${engines.id}`), 404, 'not_found')
  for (const name of ['', ' ', 'a'.repeat(101), 'two\nlines']) {
    expectFaultyField(await act('POST /teams', { json: { name } }), '/name')
  }
  expectFaultyField(
    await act('POST /teams', { json: { name: 'x', organizationId: crypto.randomUUID() } }),
    '/organizationId',
  )
})

test('only members of the organization are in its teams, and who leaves it leaves them', async () => {
  const { act, make, member, asMember } = await found()
  const { id } = await make('Engines')
  const stranger = await given.person(server)
  const path = `/teams/${id}/members`
  for (const _ of [1, 2]) expect((await act(`PUT ${path}/${member.user.id}`)).status).toBe(204)
  expectProblem(await act(`PUT ${path}/${stranger.user.id}`), 404, 'not_found')
  expectProblem(await act(`PUT /teams/${crypto.randomUUID()}/members/${member.user.id}`), 404, 'not_found')
  const list = async () => TeamMemberPage.parse((await act(`GET ${path}`)).json).items
  expect(await list()).toMatchObject([{ userId: member.user.id, email: member.email }])
  for (const _ of [1, 2]) expect((await act(`DELETE ${path}/${member.user.id}`)).status).toBe(204)
  expect(await list()).toEqual([])
  await act(`PUT ${path}/${member.user.id}`)
  expect((await asMember('DELETE /members/me')).status).toBe(204)
  expect(await list()).toEqual([])
})

test('members look and do not touch; others find no organization, and no team of another one', async () => {
  const [mine, theirs] = [await found(), await found()]
  const team = await mine.make('Engines')
  const stranger = actFor(server, await given.person(server), mine.id)
  const calls: [route: string, json?: object][] = [
    ['POST /teams', { name: 'Mine' }],
    [`PATCH /teams/${team.id}`, { name: 'Mine' }],
    [`DELETE /teams/${team.id}`],
    [`PUT /teams/${team.id}/members/${mine.member.user.id}`],
    [`DELETE /teams/${team.id}/members/${mine.member.user.id}`],
  ]
  for (const [route, json] of calls) {
    const options = json ? { json } : {}
    expectProblem(await mine.asMember(route, options), 403, 'missing_permission')
    expectProblem(await stranger(route, options), 404, 'not_found')
    if (route !== 'POST /teams') expectProblem(await theirs.act(route, options), 404, 'not_found')
  }
  for (const route of ['GET /teams', `GET /teams/${team.id}/members`]) {
    expect((await mine.asMember(route)).status).toBe(200)
    expectProblem(await stranger(route), 404, 'not_found')
  }
  expectProblem(await theirs.act(`GET /teams/${team.id}/members`), 404, 'not_found')
})
