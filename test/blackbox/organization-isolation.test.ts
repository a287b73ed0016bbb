import { expect, test } from 'bun:test'
import { freshEmail, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { listOperations } from '../support/operations'
import { actFor, foundOrganization, givenMember, Invitation } from '../support/organizations'
import { requestBodies } from '../support/request-bodies'
import { target } from '../target'

const server = await target()

const ada = await given.person(server)
const mine = await foundOrganization(server, ada)
const act = actFor(server, ada, mine.id)
const member = await givenMember(server, ada, mine.id)
const role = { name: 'clerk', description: 'Clerks.', permissions: ['members:read'] }
await act('POST /roles', { json: role })
const invited = await act('POST /invitations', { json: { email: freshEmail(), role: 'member' } })
const invitation = Invitation.parse(invited.json)

/** Owns an organization of their own, and may do everything there. */
const eve = await given.person(server)
const theirs = await foundOrganization(server, eve)

/** Things of Ada's organization by the names that routes have for them; of those that others add, one that is nowhere. */
const things: Record<string, string> = { userId: member.user.id, name: role.name, invitationId: invitation.id }

const operations = (await listOperations(server)).filter(({ path }) => path.startsWith('/v1/organizations/{id}'))

const routeTo = (route: string, organizationId: string): string =>
  route
    .replace('{id}', organizationId)
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name] ?? crypto.randomUUID())

const bodyOf = (route: string, takesBody: boolean) => (takesBody ? { json: requestBodies[route]?.() } : {})

/** All that its owner sees of it. */
const look = async () => {
  const replies = await Promise.all(
    ['GET ', 'GET /members', 'GET /roles', 'GET /invitations'].map((route) => act(route)),
  )
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  return replies.map(({ text }) => text)
}

test('there are routes to try', () => {
  expect(operations.length).toBeGreaterThan(15)
})

test('to the owner of another organization, and by ids of mine in it, each route is as one to nothing, and changes nothing', async () => {
  const before = await look()
  for (const { route, takesBody } of operations) {
    for (const organizationId of [mine.id, crypto.randomUUID()]) {
      const options = { accessToken: eve.accessToken, ...bodyOf(route, takesBody) }
      const reply = await server.send(routeTo(route, organizationId), options)
      expect({ route, status: reply.status }).toEqual({ route, status: 404 })
      expectProblem(reply, 404, 'not_found')
    }
  }
  expect(await look()).toEqual(before)
})

test('to nobody each route is behind the log-in', async () => {
  for (const { route, takesBody } of operations) {
    const reply = await server.send(routeTo(route, mine.id), bodyOf(route, takesBody))
    expect({ route, status: reply.status }).toEqual({ route, status: 401 })
  }
})

test('things of one organization are not reached by the address of another', async () => {
  const before = await look()
  const reach = actFor(server, eve, theirs.id)
  const tries: [string, object?][] = [
    [`PATCH /members/${member.user.id}`, { role: 'admin' }],
    [`DELETE /members/${member.user.id}`],
    ['GET /roles/clerk'],
    ['PATCH /roles/clerk', { description: 'Mine.' }],
    ['DELETE /roles/clerk'],
    [`DELETE /invitations/${invitation.id}`],
    ['POST /transfer', { userId: member.user.id }],
  ]
  for (const [route, json] of tries) {
    const reply = await reach(route, json ? { json } : {})
    expect({ route, status: reply.status }).toEqual({ route, status: 404 })
  }
  for (const list of ['GET /members', 'GET /roles', 'GET /invitations']) {
    const { text } = await reach(list)
    for (const thing of [member.user.id, ada.user.id, '"clerk"', invitation.id]) expect(text).not.toContain(thing)
  }
  expect(await look()).toEqual(before)
})

test('whoever names another organization in a body, a query or a header is refused, or not listened to', async () => {
  const reach = actFor(server, eve, theirs.id)
  for (const name of ['organizationId', 'tenantId', 'id', 'userId', 'role']) {
    const renamed = await reach('PATCH ', { json: { name: 'Mine', [name]: mine.id } })
    expect({ name, status: renamed.status }).toEqual({ name, status: 422 })
    const listed = await reach(`GET /members?${name}=${mine.id}`)
    expect({ name, status: listed.status }).toEqual({ name, status: 422 })
  }
  const headers = { 'x-organization-id': mine.id, 'x-tenant-id': mine.id, 'postern-organization': mine.id }
  const { text } = await reach('GET /members', { headers })
  expect(text).toContain(eve.user.id)
  expect(text).not.toContain(ada.user.id)
})

test('a member who may little is refused each change, and learns by it that they may not', async () => {
  const before = await look()
  const isChange = ({ route }: { route: string }) => !route.startsWith('GET ') && !route.endsWith('/me')
  const invitations = operations.filter(({ route }) => route === 'GET /v1/organizations/{id}/invitations')
  for (const { route, takesBody } of [...operations.filter(isChange), ...invitations]) {
    const options = { accessToken: member.accessToken, ...bodyOf(route, takesBody) }
    const reply = await server.send(routeTo(route, mine.id), options)
    expect({ route, code: expectProblem(reply, 403, 'missing_permission').code }).toEqual({
      route,
      code: 'missing_permission',
    })
  }
  expect(await look()).toEqual(before)
})
