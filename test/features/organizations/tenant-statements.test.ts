import { expect, test } from 'bun:test'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { closeAccount, eraseDue } from '../data-rights/rights'
import { grace } from '../people'
import { accept, actFor, found, invitedBy } from './people'
import { type WatchedStatement, watchTenants } from './tenant-watch'

const alan = { email: 'alan@example.com', password: 'halts or does it not', name: 'Alan' }

/**
 * What no tenant can hold: it is about one person in all of their organizations, or finds the one that a secret or an id of
 * an invitation leads to.
 */
const aboutPeople: [what: string, text: RegExp][] = [
  [
    'how many a founder or an heir owns',
    /select count\(\*\)::integer as count from organization_member\s+where user_id = \$1/,
  ],
  ['my organizations', /where membership\.user_id = caller\.user_id/],
  ['invitations to my address', /join invitation on invitation\.email = person\.email/],
  [
    'the invitation of a token or an id',
    /where \(invitation\.id = \$\d::uuid or invitation\.token_hash = \$\d::text\)/,
  ],
  [
    'whether somebody owns what others belong to',
    /where owned\.user_id = (caller\.user_id|\$1::uuid) and owned\.role = 'owner'/,
  ],
  ['who is to own it', /where own\.user_id = \$1::uuid and own\.role = 'owner' and exists/],
  ['the rows of who is erased', /delete from "\w+" where ctid = any/],
]

test('each statement on rows of a tenant runs as a role that sees that tenant alone, but those about one person', async () => {
  const seen: WatchedStatement[] = []
  const { world: plain, session: founder } = await openProvedWorld()
  const world = plain.startAnother({}, { db: watchTenants(plain.db, seen) })
  const [member, other] = [await registerProved(plain, grace), await registerProved(plain, alan)]
  const { id } = await found(world, founder)
  const act = actFor(world, founder, id)
  const invited = async (email: string, role = 'member') => {
    const answer = await act('POST /invitations', { json: { email, role } })
    await world.settle()
    return Object(answer.body).id
  }
  const statuses: number[] = []
  const note = async (answer: Promise<{ status: number }>) => void statuses.push((await answer).status)

  await invited(grace.email)
  await note(accept(world, other, invitedBy(world, grace.email)))
  await note(accept(world, member, invitedBy(world, grace.email)))
  const byId = await invited(alan.email)
  const { accessToken: token } = other
  await note(world.send('GET /v1/me/invitations', { token }))
  await note(world.send(`POST /v1/me/invitations/${byId}/accept`, { token }))
  for (const route of ['GET ', 'GET /members', 'GET /roles', 'GET /roles/member', 'GET /invitations'])
    await note(act(route))
  await note(act('PATCH ', { json: { name: 'Looms' } }))
  await note(act('POST /roles', { json: { name: 'clerk', description: 'Clerks.', permissions: [] } }))
  await note(act('PATCH /roles/clerk', { json: { permissions: ['members:read'] } }))
  await note(act(`PATCH /members/${member.user.id}`, { json: { role: 'clerk' } }))
  await note(actFor(world, member, id)(`PATCH /members/${member.user.id}`, { json: { role: 'admin' } }))
  await note(act(`PATCH /members/${member.user.id}`, { json: { role: 'admin' } }))
  await note(actFor(world, member, id)(`DELETE /members/${founder.user.id}`))
  await note(act('DELETE /roles/clerk'))
  await note(act(`DELETE /members/${other.user.id}`))
  await note(act(`DELETE /invitations/${await invited('somebody@example.com')}`))
  await note(world.send(`DELETE /v1/me/invitations/${await invited(alan.email)}`, { token }))
  await note(world.send('GET /v1/organizations', { token: founder.accessToken }))
  await note(world.send('DELETE /v1/me', { token: founder.accessToken }))
  await note(act('POST /transfer', { json: { userId: member.user.id } }))
  await note(act('DELETE /members/me'))
  await note(actFor(world, member, id)('DELETE '))
  expect(statuses).toEqual([
    ...[403, 200, 200, 200],
    ...[200, 200, 200, 200, 200],
    ...[200, 201, 200, 200],
    ...[403, 200, 403],
    ...[204, 204, 204, 204],
    ...[200, 409, 200, 204, 204],
  ])
  await found(world, founder)
  await closeAccount(world, founder.accessToken)
  await eraseDue(world)

  const within = seen.filter(({ isWithin }) => isWithin)
  const outside = seen.filter(({ isWithin }) => !isWithin).map(({ text }) => text)
  expect(within.length).toBeGreaterThan(80)
  expect(outside.filter((text) => !aboutPeople.some(([, known]) => known.test(text)))).toEqual([])
  // Each of those that are held names its tenant as well: the first wall.
  const nameless = within.filter(
    ({ text }) => !/(organization_id|organization\.id|\bid) = \$\d+::uuid|values \(\$\d+::uuid/.test(text),
  )
  expect(nameless.map(({ text }) => text)).toEqual([])
})
