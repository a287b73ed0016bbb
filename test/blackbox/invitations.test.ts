import { expect, test } from 'bun:test'
import { freshEmail, given, type Person } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { tokenIn, waitForMail } from '../support/mailbox'
import {
  acceptInvitation,
  actFor,
  foundOrganization,
  givenMember,
  Invitation,
  invitationToken,
  Organization,
  pages,
} from '../support/organizations'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

const owner = await given.person(server)
const organization = await foundOrganization(server, owner, { name: 'Engines & Co' })
const act = actFor(server, owner, organization.id)

const invite = (email: string, role = 'member') => invitationToken(server, owner, organization.id, { email, role })

const own = async ({ accessToken }: Person) =>
  pages.ownInvitations.parse((await server.send('GET /v1/me/invitations', { accessToken })).json).items

const membersNow = async () => pages.members.parse((await act('GET /members?limit=100')).json).items

test('whoever is invited and proves that address joins by the link, once, in the role of the invitation', async () => {
  const person = await given.person(server)
  const token = await invite(person.email, 'admin')
  const reply = await acceptInvitation(server, person, token)
  expect(Organization.parse(reply.json)).toMatchObject({ id: organization.id, role: 'admin' })
  const joined = (await membersNow()).find(({ id }) => id === person.user.id)
  expect(joined).toMatchObject({ role: 'admin', joinedBy: 'invitation' })
  expectProblem(await acceptInvitation(server, person, token), 400, 'invalid_email_token')
})

test('the mail tells the organization and our page, and nothing of who sent it; opening the page uses nothing up', async () => {
  const person = await given.person(server, { locale: 'de' })
  const token = await invite(person.email)
  const mail = await waitForMail(server, person.email, 'invitation')
  expect(mail.subject).toBe('Sie sind in eine Organisation eingeladen')
  expect(mail.text).toContain('Engines & Co')
  expect(mail.data.link).toBe(`${server.baseUrl}/accept-invitation#token=${token}`)
  for (const part of [mail.text, mail.html]) {
    expect(part).not.toMatch(/IP-Adresse|Browser/)
    expect(part).not.toContain(owner.email)
  }
  for (const route of ['HEAD /accept-invitation', 'GET /accept-invitation']) {
    expect((await server.send(route, { isAsset: true })).status).toBe(200)
  }
  expect((await server.send(`GET /v1/organizations/invitations/accept?token=${token}`)).status).toBe(405)
  expect((await acceptInvitation(server, person, token)).status).toBe(200)
})

test('nobody joins by an invitation to another address, nor before theirs is proved; it is still open after', async () => {
  const [person, eve] = [await given.person(server), await given.person(server)]
  const token = await invite(person.email)
  expectProblem(await acceptInvitation(server, eve, token), 403, 'invitation_for_another')
  expectProblem(
    await server.send('POST /v1/organizations/invitations/accept', { json: { token } }),
    401,
    'unauthenticated',
  )
  expect((await acceptInvitation(server, person, token)).status).toBe(200)

  const founder = await given.newcomer(open)
  const proof = await given.verificationToken(open, founder.email)
  expect((await open.send('POST /v1/auth/email/verify', { ...founder, json: { token: proof } })).status).toBe(200)
  const { id } = await foundOrganization(open, founder)
  const early = await given.newcomer(open)
  const mailed = await invitationToken(open, founder, id, { email: early.email, role: 'member' })
  expectProblem(await acceptInvitation(open, early, mailed), 403, 'email_unverified')
  const listed = await open.send('GET /v1/me/invitations', { accessToken: early.accessToken })
  expect(listed.json).toEqual({ items: [], nextCursor: null })
  const { items } = pages.invitations.parse((await actFor(open, founder, id)('GET /invitations')).json)
  const byId = `POST /v1/me/invitations/${items[0]?.id}/accept`
  expectProblem(await open.send(byId, { accessToken: early.accessToken }), 404, 'not_found')
  const ownProof = await given.verificationToken(open, early.email)
  const { accessToken } = early
  expect((await open.send('POST /v1/auth/email/verify', { accessToken, json: { token: ownProof } })).status).toBe(200)
  expect((await acceptInvitation(open, early, mailed)).status).toBe(200)
})

test('whoever is invited sees it, and accepts or declines it without the link', async () => {
  const [person, eve] = [await given.person(server), await given.person(server)]
  const token = await invite(person.email)
  const [seen] = await own(person)
  expect(seen).toMatchObject({ role: 'member', organization: { id: organization.id, name: 'Engines & Co' } })
  expect(await own(eve)).toEqual([])
  const route = `/v1/me/invitations/${seen?.id}`
  for (const attempt of [`POST ${route}/accept`, `DELETE ${route}`]) {
    expectProblem(await server.send(attempt, { accessToken: eve.accessToken }), 404, 'not_found')
  }
  const { accessToken } = person
  expect((await server.send(`DELETE ${route}`, { accessToken })).status).toBe(204)
  expectProblem(await server.send(`POST ${route}/accept`, { accessToken }), 404, 'not_found')
  expectProblem(await acceptInvitation(server, person, token), 400, 'invalid_email_token')

  const renewed = await invite(person.email)
  const [again] = await own(person)
  const accepted = await server.send(`POST /v1/me/invitations/${again?.id}/accept`, { accessToken })
  expect(accepted.json).toMatchObject({ id: organization.id, role: 'member' })
  expectProblem(await acceptInvitation(server, person, renewed), 400, 'invalid_email_token')
  expect(await own(person)).toEqual([])
})

test('a second invitation renews the first, whose link is void; one that is taken back is void', async () => {
  const person = await given.person(server)
  const first = await invite(person.email)
  const second = await invite(person.email, 'admin')
  const { items } = pages.invitations.parse((await act('GET /invitations?limit=100')).json)
  const ofPerson = items.filter(({ email }) => email === person.email)
  expect(ofPerson).toMatchObject([{ role: 'admin', invitedBy: owner.user.id }])
  const [{ createdAt = '', expiresAt = '' } = {}] = ofPerson
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(7 * 86_400_000)
  expectProblem(await acceptInvitation(server, person, first), 400, 'invalid_email_token')
  expect((await act(`DELETE /invitations/${ofPerson[0]?.id}`)).status).toBe(204)
  expectProblem(await act(`DELETE /invitations/${ofPerson[0]?.id}`), 404, 'not_found')
  expectProblem(await acceptInvitation(server, person, second), 400, 'invalid_email_token')
})

test('the invitations that somebody sent end when they are removed or leave, and no others', async () => {
  const [one, other] = [
    await givenMember(server, owner, organization.id, 'admin'),
    await givenMember(server, owner, organization.id, 'admin'),
  ]
  const people = [await given.person(server), await given.person(server), await given.person(server)]
  const senders = [one, other, owner]
  const tokens = await Promise.all(
    people.map(({ email }, index) =>
      invitationToken(server, senders[index] ?? owner, organization.id, { email, role: 'admin' }),
    ),
  )
  expect((await act(`DELETE /members/${one.user.id}`)).status).toBe(204)
  expect((await actFor(server, other, organization.id)('DELETE /members/me')).status).toBe(204)
  const replies = await Promise.all(
    people.map((person, index) => acceptInvitation(server, person, tokens[index] ?? '')),
  )
  expect(replies.map(({ status }) => status)).toEqual([400, 400, 200])
})

test('who belongs to it keeps their role, and the invitation is used up', async () => {
  const member = await givenMember(server, owner, organization.id, 'admin')
  const token = await invite(member.email, 'member')
  const reply = await acceptInvitation(server, member, token)
  expect(reply.json).toMatchObject({ id: organization.id, role: 'admin' })
  expectProblem(await acceptInvitation(server, member, token), 400, 'invalid_email_token')
})

test('an invitation answers alike whether or not somebody has the address, and is mailed to both', async () => {
  const { email } = await given.person(server)
  const stranger = freshEmail()
  const answers = await Promise.all(
    [email, stranger].map((address) => act('POST /invitations', { json: { email: address, role: 'member' } })),
  )
  const [known, unknown] = answers.map(({ status, json }) => ({ status, ...Invitation.parse(json) }))
  const same = { id: '', email: '', createdAt: '', expiresAt: '' }
  expect({ ...known, ...same }).toEqual({ ...unknown, ...same } as never)
  expect(tokenIn(await waitForMail(server, email, 'invitation'))).toMatch(/^[\w-]{43}$/)
  expect(tokenIn(await waitForMail(server, stranger, 'invitation'))).toMatch(/^[\w-]{43}$/)
})

test('an address that changed its account goes with the address: the invitation is for whoever has it now', async () => {
  const person = await given.person(server)
  const token = await invite(person.email)
  const newEmail = freshEmail()
  const change = await given.emailChangeToken(server, person, newEmail)
  const { accessToken } = person
  const confirmed = await server.send('POST /v1/me/email/change/confirm', { accessToken, json: { token: change } })
  expect(confirmed.status).toBe(200)
  expectProblem(await acceptInvitation(server, person, token), 403, 'invitation_for_another')
})

test('an invitation wants a role that there is, and an address', async () => {
  expectFaults(await act('POST /invitations', { json: { email: freshEmail(), role: 'nobody' } }), {
    '/role': 'unknown_role',
  })
  expectProblem(
    await act('POST /invitations', { json: { email: freshEmail(), role: 'owner' } }),
    409,
    'owner_must_transfer',
  )
  expectFaults(await act('POST /invitations', { json: { email: 'nobody', role: 'member' } }), {
    '/email': 'invalid_email',
  })
})
