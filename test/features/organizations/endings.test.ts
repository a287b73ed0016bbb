import { expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { deleteOldInvitations } from '#features/organizations/delete-old-invitations'
import { organizationPolicyUnmet } from '#features/organizations/problems'
import { mailedBy } from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { closeAccount, eraseDue } from '../data-rights/rights'
import { keepHouse } from '../jobs/housekeeping'
import { ada, grace, logIn, refresh } from '../people'
import { accept, actFor, found, invite, join, openOrganizationWorld } from './people'

const alan = { email: 'alan@example.com', password: 'halts or does it not', name: 'Alan' }

const rows = async (world: Awaited<ReturnType<typeof openProvedWorld>>['world'], text: string, ...values: unknown[]) =>
  (await world.db.run(text, values, 'objects')) as Record<string, unknown>[]

test('an invitation is over after seven days, by its link and by its id, and can be renewed', async () => {
  const { world, owner, id } = await openOrganizationWorld()
  const session = await registerProved(world, alan)
  const invitation = await invite(world, owner, id, alan.email)
  world.advance(7 * 86_400)
  const [later, inviter] = [await logIn(world, alan), await logIn(world, ada)]
  expect((await accept(world, later, invitation.token)).status).toBe(400)
  const { accessToken: token } = later
  expect((await world.send(`POST /v1/me/invitations/${invitation.id}/accept`, { token })).status).toBe(404)
  expect((await world.send('GET /v1/me/invitations', { token })).body).toEqual({ items: [], nextCursor: null })
  const renewed = await invite(world, inviter, id, alan.email)
  expect((await accept(world, later, renewed.token)).body).toMatchObject({ id, role: 'member' })
  expect(session.user.id).toBe(later.user.id)
})

test('an invitation that is over is forgotten after a month, with its address; one that is renewed is not', async () => {
  const { world, owner, id } = await openOrganizationWorld()
  await invite(world, owner, id, alan.email)
  await invite(world, owner, id, 'renewed@example.com')
  const left = async () => (await rows(world, 'select email from invitation')).map(({ email }) => email)
  world.advance(30 * 86_400)
  await invite(world, await logIn(world, ada), id, 'renewed@example.com')
  await keepHouse(world, deleteOldInvitations)
  expect((await left()).toSorted()).toEqual([alan.email, grace.email, 'renewed@example.com'])
  world.advance(7 * 86_400 + 1)
  await keepHouse(world, deleteOldInvitations)
  expect(await left()).toEqual(['renewed@example.com'])
})

test('an invitation that is taken back before its mail is written is not mailed', async () => {
  const { world, owner, id } = await openOrganizationWorld()
  const act = actFor(world, owner, id)
  const { body } = await act('POST /invitations', { json: { email: alan.email, role: 'member' } })
  await act(`DELETE /invitations/${Object(body).id}`)
  await world.settle()
  expect(world.outbox.filter(({ to }) => to === alan.email)).toEqual([])
})

test('a name that could be a link is not mailed to strangers', async () => {
  const { world, session } = await openProvedWorld()
  const { id } = await found(world, session, 'Win at www.example.org now')
  await invite(world, session, id, alan.email)
  const mail = world.outbox.at(-1)
  expect(mail?.text).toContain('invited you to an organization at')
  expect(mail?.text).not.toContain('www.example.org')
})

test('a member who is removed acts for it no more at once, and at the next refresh the token says so', async () => {
  const { world, owner, member, id } = await openOrganizationWorld()
  await rows(world, 'update session set organization_id = $1::uuid where id = $2::uuid', id, member.sessionId)
  world.advance(60)
  const acting = await refresh(world, member)
  expect(decodeJwt(acting.accessToken).org).toMatchObject({ id, role: 'member' })
  await actFor(world, await logIn(world, ada), id)(`DELETE /members/${member.user.id}`)
  expect(decodeJwt(acting.accessToken).org).toMatchObject({ id })
  expect((await actFor(world, acting, id)('GET /members')).status).toBe(404)
  world.advance(60)
  expect(decodeJwt((await refresh(world, acting)).accessToken).org).toBeNull()
  expect(owner.user.id).not.toBe(member.user.id)
})

test('a policy that a session does not meet holds its member off from everything but leaving', async () => {
  const { world, member, id } = await openOrganizationWorld()
  await rows(world, `update organization set allowed_methods = '["passkey"]' where id = $1::uuid`, id)
  const act = actFor(world, member, id)
  const { code } = organizationPolicyUnmet.definition
  for (const route of ['GET ', 'GET /members', 'GET /roles']) {
    expect(await act(route)).toMatchObject({ status: 403, body: { code, unmet: 'method' } })
  }
  expect((await act('DELETE /members/me')).status).toBe(204)
})

test('what asks for a fresh proof is refused to a session that is too old', async () => {
  const { world, owner, member, id } = await openOrganizationWorld()
  world.advance(301)
  const act = actFor(world, owner, id)
  const answers = [await act('POST /transfer', { json: { userId: member.user.id } }), await act('DELETE ')]
  expect(answers.map(({ status }) => status)).toEqual([401, 401])
  expect(answers[0]?.body).toMatchObject({ code: 'insufficient_user_authentication', maxAge: 300 })
  expect((await actFor(world, await logIn(world, ada), id)('DELETE ')).status).toBe(204)
})

test('an organization that nobody else belongs to goes with its owner, counted in the receipt', async () => {
  const { world, session } = await openProvedWorld()
  const { id } = await found(world, session)
  await found(world, session, 'Another')
  await invite(world, session, id, alan.email)
  const { receiptUrl } = await closeAccount(world, session.accessToken)
  await eraseDue(world)
  expect(await rows(world, 'select 1 from organization')).toEqual([])
  expect(await rows(world, 'select 1 from invitation')).toEqual([])
  const { body } = await world.send(`GET ${new URL(receiptUrl).pathname}`)
  const { stores } = decodeJwt(Object(body).erasure.receipt)
  expect(stores).toMatchObject({ database: { organization: 2 } })
  const deleted = await rows(world, `select data from audit_event where type = 'organization.deleted'`)
  expect(deleted).toHaveLength(2)
})

test('one that somebody joined while its owner was about to go lives on, with another owner', async () => {
  const { world, session } = await openProvedWorld()
  const { id } = await found(world, session)
  const [later, admin] = [await registerProved(world, alan), await registerProved(world, grace)]
  const tokens = [await invite(world, session, id, alan.email), await invite(world, session, id, grace.email, 'admin')]
  await closeAccount(world, session.accessToken)
  expect((await accept(world, later, tokens[0]?.token ?? '')).status).toBe(200)
  world.advance(60)
  expect((await accept(world, admin, tokens[1]?.token ?? '')).status).toBe(200)
  const events = await eventsOf(world, () => eraseDue(world))
  expect(events.filter(({ type }) => type === 'ownership.transferred')).toMatchObject([
    { userId: admin.user.id, data: { organizationId: id, from: session.user.id } },
  ])
  const again = await logIn(world, grace)
  const { body } = await actFor(world, again, id)('GET /members')
  const roles = Object(body).items.map((item: { id: string; role: string }) => [item.id, item.role])
  expect(Object.fromEntries(roles)).toEqual({ [admin.user.id]: 'owner', [later.user.id]: 'member' })
})

test('who closed their account is in no list of members, inherits nothing and keeps no owner', async () => {
  const { world, owner, member, id } = await openOrganizationWorld()
  await closeAccount(world, member.accessToken)
  const act = actFor(world, owner, id)
  expect(Object((await act('GET /members')).body).items).toMatchObject([{ id: owner.user.id }])
  expect((await act('POST /transfer', { json: { userId: member.user.id } })).status).toBe(404)
  await closeAccount(world, owner.accessToken)
  const { token } = mailedBy(world, 'account-closed')
  expect((await world.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
  await join(world, await logIn(world, ada), id, alan)
  expect((await world.send('DELETE /v1/me', { token: (await logIn(world, ada)).accessToken })).status).toBe(409)
})
