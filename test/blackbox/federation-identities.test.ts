import { expect, test } from 'bun:test'
import * as z from 'zod'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { exchange, freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import type { ProvidedPerson } from '../support/openid-provider'

const { server, openBrowser, logIn } = await federation()

const Identity = z.strictObject({
  id: z.uuid({ version: 'v7' }),
  provider: z.string(),
  email: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
})
const IdentityList = z.strictObject({ items: z.array(Identity) })

const list = async (accessToken: string) =>
  IdentityList.parse((await server.send('GET /v1/me/identities', { accessToken })).json).items

const link = async (accessToken: string, provider: string, person: ProvidedPerson) =>
  server.send('POST /v1/me/identities', {
    accessToken,
    json: await logInAt(server, openBrowser(person), provider),
  })

const unlink = (accessToken: string, id: string) => server.send(`DELETE /v1/me/identities/${id}`, { accessToken })

test('the signed-in owner links whatever account they have there, and it logs in from then on', async () => {
  const owner = await given.person(server)
  expect(await list(owner.accessToken)).toEqual([])
  const person = freshProvidedPerson({ email_verified: false })
  const reply = await link(owner.accessToken, 'acme', person)
  expect(reply.status).toBe(201)
  const linked = Identity.parse(reply.json)
  expect(linked).toMatchObject({ provider: 'acme', email: person.email })
  expect(await list(owner.accessToken)).toEqual([linked])
  const { user } = await logIn('acme', person)
  expect(user).toMatchObject({ id: owner.user.id, email: owner.email })
})

test('an account there that says no address at all can be linked', async () => {
  const owner = await given.person(server)
  const person = { sub: crypto.randomUUID() }
  expect(Identity.parse((await link(owner.accessToken, 'globex', person)).json).email).toBeNull()
  expect((await logIn('globex', person)).user.id).toBe(owner.user.id)
})

test('an account there is linked to one account here', async () => {
  const [first, second] = [await given.person(server), await given.person(server)]
  const person = freshProvidedPerson()
  expect((await link(first.accessToken, 'acme', person)).status).toBe(201)
  expectProblem(await link(second.accessToken, 'acme', person), 409, 'identity_taken')
  expect(await list(second.accessToken)).toEqual([])
  expect((await logIn('acme', person)).user.id).toBe(first.user.id)
})

test('a code links once, for whoever knows the verifier, and then logs nobody in', async () => {
  const owner = await given.person(server)
  const json = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
  const post = (body: object, accessToken = owner.accessToken) =>
    server.send('POST /v1/me/identities', { accessToken, json: body })
  expectProblem(await post({ ...json, codeVerifier: 'A'.repeat(43) }), 400, 'invalid_identity_code')
  expectProblem(await server.send('POST /v1/me/identities', { json }), 401, 'unauthenticated')
  expect((await post(json)).status).toBe(201)
  expectProblem(await post(json), 400, 'invalid_identity_code')
  expectProblem(await exchange(server, json), 400, 'invalid_identity_code')
})

test('a code that logged somebody in links nothing', async () => {
  const owner = await given.person(server)
  const json = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
  expect((await exchange(server, json)).status).toBe(200)
  const reply = await server.send('POST /v1/me/identities', { accessToken: owner.accessToken, json })
  expectProblem(reply, 400, 'invalid_identity_code')
})

test('what is unlinked logs in no more, and may be linked to another account', async () => {
  const [owner, other] = [await given.person(server), await given.person(server)]
  const person = freshProvidedPerson()
  const { id } = Identity.parse((await link(owner.accessToken, 'acme', person)).json)
  expect((await unlink(owner.accessToken, id)).status).toBe(204)
  expect(await list(owner.accessToken)).toEqual([])
  expectProblem(await unlink(owner.accessToken, id), 404, 'not_found')
  expect((await link(other.accessToken, 'acme', person)).status).toBe(201)
  expect((await logIn('acme', person)).user.id).toBe(other.user.id)
})

test('the last way in stays, until there is another', async () => {
  const person = freshProvidedPerson()
  const { accessToken } = await logIn('acme', person)
  const [first] = await list(accessToken)
  expectProblem(await unlink(accessToken, first?.id ?? ''), 409, 'last_way_in')
  expect(await list(accessToken)).toHaveLength(1)
  const { id } = Identity.parse((await link(accessToken, 'globex', freshProvidedPerson())).json)
  expect((await unlink(accessToken, first?.id ?? '')).status).toBe(204)
  expectProblem(await unlink(accessToken, id), 409, 'last_way_in')
})

test('who gave their account a password may unlink the rest', async () => {
  const person = freshProvidedPerson()
  const { accessToken } = await logIn('acme', person)
  const newPassword = `Correct horse ${crypto.randomUUID()}`
  const json = { token: await given.resetToken(server, person.email), newPassword }
  expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
  const session = await given.session(server, { email: person.email, password: newPassword })
  const [identity] = await list(session.accessToken)
  expect((await unlink(session.accessToken, identity?.id ?? '')).status).toBe(204)
})

test('another person’s are not seen, not unlinked and not told apart from none', async () => {
  const [owner, stranger] = [await given.person(server), await given.person(server)]
  const { id } = Identity.parse((await link(owner.accessToken, 'acme', freshProvidedPerson())).json)
  expect(await list(stranger.accessToken)).toEqual([])
  for (const route of [`DELETE /v1/me/identities/${id}`, `GET /v1/me/identities/${id}/token`]) {
    expectProblem(await server.send(route, { accessToken: stranger.accessToken }), 404, 'not_found')
    expectProblem(await server.send(route), 401, 'unauthenticated')
  }
  expect(await list(owner.accessToken)).toHaveLength(1)
})

test('a session that ended lists, links and unlinks nothing', async () => {
  const owner = await given.person(server)
  const { id } = Identity.parse((await link(owner.accessToken, 'acme', freshProvidedPerson())).json)
  const json = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
  const { accessToken } = owner
  expect((await server.send('POST /v1/auth/logout', { accessToken })).status).toBe(204)
  expectProblem(await server.send('GET /v1/me/identities', { accessToken }), 401, 'session_revoked')
  expectProblem(await unlink(accessToken, id), 401, 'session_revoked')
  expectProblem(await server.send('POST /v1/me/identities', { accessToken, json }), 401, 'session_revoked')
  expect((await exchange(server, json)).status).toBe(200)
})
