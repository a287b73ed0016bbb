import { expect, test } from 'bun:test'
import { given } from '../given'
import { listMails, tokenIn, waitForMail } from '../support/mailbox'
import {
  acceptInvitation,
  actFor,
  foundOrganization,
  givenMember,
  invitationToken,
  pages,
} from '../support/organizations'
import { ActivityPage } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()

const owner = await given.person(server)

const givenOrganization = async () => {
  const { id } = await foundOrganization(server, owner)
  const act = actFor(server, owner, id)
  const membersNow = async () => pages.members.parse((await act('GET /members?limit=100')).json).items
  return { id, act, membersNow }
}

test('of sixteen acceptances of one invitation at once, by its link and by its id, one joins', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id, membersNow } = await givenOrganization()
    const person = await given.person(server)
    const token = await invitationToken(server, owner, id, { email: person.email, role: 'member' })
    const { accessToken } = person
    const { items } = pages.ownInvitations.parse((await server.send('GET /v1/me/invitations', { accessToken })).json)
    const byId = `POST /v1/me/invitations/${items[0]?.id}/accept`
    const replies = await inParallel(16, (index) =>
      index % 2 === 0 ? acceptInvitation(server, person, token) : server.send(byId, { accessToken }),
    )
    const { 200: accepted, 400: late = 0, 404: gone = 0 } = countByStatus(replies)
    expect([accepted, late + gone]).toEqual([1, 15])
    expect((await membersNow()).filter((member) => member.id === person.user.id)).toHaveLength(1)
    const activity = await server.send('GET /v1/me/activity?kind=organization', { accessToken })
    const joined = ActivityPage.parse(activity.json).items.filter(({ type }) => type === 'organization_joined')
    expect(joined).toHaveLength(1)
  }
})

test('an acceptance and its revocation at once: either the one or the other', async () => {
  for (let round = 0; round < 6; round += 1) {
    const { id, act, membersNow } = await givenOrganization()
    const person = await given.person(server)
    const token = await invitationToken(server, owner, id, { email: person.email, role: 'member' })
    const { items } = pages.invitations.parse((await act('GET /invitations')).json)
    const [accepted, revoked] = await Promise.all([
      acceptInvitation(server, person, token),
      act(`DELETE /invitations/${items[0]?.id}`),
    ])
    const isMember = (await membersNow()).some((member) => member.id === person.user.id)
    expect([accepted.status, revoked.status, isMember]).toEqual(isMember ? [200, 404, true] : [400, 204, false])
  }
})

test('of sixteen transfers at once to different members one is done, and there is one owner', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id, act, membersNow } = await givenOrganization()
    const heirs = [await givenMember(server, owner, id), await givenMember(server, owner, id)]
    const replies = await inParallel(16, (index) =>
      act('POST /transfer', { json: { userId: heirs[index % 2]?.user.id } }),
    )
    expect(countByStatus(replies)).toEqual({ 200: 1, 403: 15 })
    const roles = (await membersNow()).map(({ role }) => role)
    expect(roles.toSorted()).toEqual(['admin', 'member', 'owner'])
  }
})

test('an admin who is made a member at the same moment gives nobody more than they may then', async () => {
  for (let round = 0; round < 6; round += 1) {
    const { id, act, membersNow } = await givenOrganization()
    const admin = await givenMember(server, owner, id, 'admin')
    const member = await givenMember(server, owner, id)
    const [demoted, promoted] = await Promise.all([
      act(`PATCH /members/${admin.user.id}`, { json: { role: 'member' } }),
      actFor(server, admin, id)(`PATCH /members/${member.user.id}`, { json: { role: 'admin' } }),
    ])
    expect(demoted.status).toBe(200)
    const roles = new Map((await membersNow()).map((someone) => [someone.id, someone.role]))
    expect(roles.get(admin.user.id)).toBe('member')
    expect([promoted.status, roles.get(member.user.id)]).toEqual(
      promoted.status === 200 ? [200, 'admin'] : [403, 'member'],
    )
  }
})

test('of sixteen invitations of one address at once there is one, and one of their links works', async () => {
  const { act } = await givenOrganization()
  const person = await given.person(server)
  const { email } = person
  const replies = await inParallel(16, () => act('POST /invitations', { json: { email, role: 'member' } }))
  expect(countByStatus(replies)).toEqual({ 201: 16 })
  const { items } = pages.invitations.parse((await act('GET /invitations')).json)
  expect(items).toMatchObject([{ email }])
  expect(new Set(replies.map(({ json }) => Object(json).id)).size).toBe(1)
  await waitForMail(server, email, 'invitation', 16)
  const tokens = (await listMails(server, email)).filter(({ template }) => template === 'invitation').map(tokenIn)
  const tried = await inParallel(16, (index) => acceptInvitation(server, person, tokens[index] ?? ''))
  expect(countByStatus(tried)).toEqual({ 200: 1, 400: 15 })
})

test('of sixteen organizations with one slug at once one is made; of sixteen roles with one name too', async () => {
  const slug = `race-${crypto.randomUUID().slice(0, 8)}`
  const { accessToken } = owner
  const json = { name: 'Race', slug }
  const made = await inParallel(16, () => server.send('POST /v1/organizations', { accessToken, json }))
  expect(countByStatus(made)).toEqual({ 201: 1, 409: 15 })
  const { act } = await givenOrganization()
  const role = { name: 'clerk', description: 'Clerks.', permissions: ['members:read'] }
  const roles = await inParallel(16, () => act('POST /roles', { json: role }))
  expect(countByStatus(roles)).toEqual({ 201: 1, 409: 15 })
})

test('a role that is deleted while somebody gets it is either gone or theirs', async () => {
  for (let round = 0; round < 6; round += 1) {
    const { id, act, membersNow } = await givenOrganization()
    const member = await givenMember(server, owner, id)
    await act('POST /roles', { json: { name: 'clerk', description: 'Clerks.', permissions: ['members:read'] } })
    const [given, deleted] = await Promise.all([
      act(`PATCH /members/${member.user.id}`, { json: { role: 'clerk' } }),
      act('DELETE /roles/clerk'),
    ])
    const role = (await membersNow()).find((someone) => someone.id === member.user.id)?.role
    expect([given.status, deleted.status, role]).toEqual(role === 'clerk' ? [200, 409, 'clerk'] : [422, 204, 'member'])
  }
})

test('of sixteen who found at once one at a time is counted: nobody owns more than fifty', async () => {
  const { accessToken } = await given.person(server)
  for (let count = 0; count < 44; count += 4) {
    await inParallel(4, () => server.send('POST /v1/organizations', { accessToken, json: { name: 'Many' } }))
  }
  const replies = await inParallel(16, () =>
    server.send('POST /v1/organizations', { accessToken, json: { name: 'Many' } }),
  )
  expect(countByStatus(replies)).toEqual({ 201: 6, 409: 10 })
  expect(replies.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'limit_reached', most: 50 })
})
