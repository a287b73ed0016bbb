import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { waitForMail } from '../support/mailbox'
import {
  askToStepUp,
  beginLogIn,
  bindPasskey,
  type Caller,
  listPasskeys,
  logInByPasskey,
  tokensIn,
  verifyStepUp,
} from '../support/passkey-ceremonies'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const server = await target()

const rename = (id: string, { accessToken }: Caller, json: Record<string, unknown>) =>
  server.send(`PATCH /v1/me/passkeys/${id}`, { accessToken, json })

const remove = (id: string, { accessToken }: Caller) => server.send(`DELETE /v1/me/passkeys/${id}`, { accessToken })

const namesOf = async (caller: Caller) => (await listPasskeys(server, caller)).map(({ name }) => name)

test('a passkey gets another name, and no other one does', async () => {
  const person = await given.person(server)
  const [first] = [await bindPasskey(server, person, { name: 'One' }), await bindPasskey(server, person)]
  expect((await rename(first.passkey.id, person, { name: '  Büro 🔑 ' })).status).toBe(204)
  expect(await namesOf(person)).toEqual(['Büro 🔑', 'Passkey'])
})

test('a name is one line of text, and nothing else of a passkey is changed', async () => {
  const person = await given.person(server)
  const { passkey } = await bindPasskey(server, person)
  for (const name of ['', ' ', 'x'.repeat(65), 'two\nlines', '\u0000', 7, null]) {
    expectFaultyField(await rename(passkey.id, person, { name }), '/name')
  }
  expectFaultyField(await rename(passkey.id, person, { name: 'Mine', counter: 0 }), '/counter')
  expectProblem(await rename(passkey.id, person, {}), 422, 'invalid_request')
  expectProblem(await rename('no-uuid', person, { name: 'Mine' }), 404, 'not_found')
  expectProblem(await remove('no-uuid', person), 404, 'not_found')
  expect(await listPasskeys(server, person)).toEqual([passkey])
})

test('a passkey of somebody else looks as if it did not exist', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const { passkey } = await bindPasskey(server, ada)
  await bindPasskey(server, eve)
  for (const id of [passkey.id, '00000000-0000-7000-8000-000000000000', eve.user.id, eve.sessionId]) {
    expectProblem(await rename(id, eve, { name: 'Mine' }), 404, 'not_found')
    expectProblem(await remove(id, eve), 404, 'not_found')
  }
  expect(await listPasskeys(server, ada)).toEqual([passkey])
  expectProblem(await server.send(`DELETE /v1/me/passkeys/${passkey.id}`), 401, 'unauthenticated')
  expect((await remove(passkey.id, ada)).status).toBe(204)
})

test('a passkey that was removed logs nobody in, once and for all', async () => {
  const person = await given.person(server)
  const bound = await bindPasskey(server, person, { name: 'Lost' })
  await bindPasskey(server, person, { name: 'Kept' })
  expect((await remove(bound.passkey.id, person)).status).toBe(204)
  expect(await namesOf(person)).toEqual(['Kept'])
  expectProblem(await remove(bound.passkey.id, person), 404, 'not_found')
  expectProblem(await logInByPasskey(server, bound), 400, 'invalid_passkey')
})

test('the owner is told by mail of a passkey that came, and of one that went', async () => {
  const person = await given.person(server)
  const { passkey } = await bindPasskey(server, person, { name: 'Yellow key' })
  const added = await waitForMail(server, person.email, 'passkey-added')
  await remove(passkey.id, person)
  const removed = await waitForMail(server, person.email, 'passkey-removed')
  for (const { text, html } of [added, removed]) {
    expect(text).toContain('Yellow key')
    expect(html).toContain('Yellow key')
  }
})

test('sessions that a passkey raised are weaker at once when it is gone; others stay as they are', async () => {
  const person = await given.person(server)
  const [lost, kept] = [await bindPasskey(server, person), await bindPasskey(server, person)]
  const [byLost, byKept] = [tokensIn(await logInByPasskey(server, lost)), tokensIn(await logInByPasskey(server, kept))]
  expect((await remove(lost.passkey.id, byKept)).status).toBe(204)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', byKept)).json)
  const acrOf = (id: string) => items.find((session) => session.id === id)?.acr
  expect(acrOf(byLost.sessionId)).toBe('aal1')
  expect(acrOf(byKept.sessionId)).toBe('aal2')
  const next = await given.refreshed(server, byLost.refreshToken)
  const { payload } = takeApart(next.accessToken)
  expect(payload.acr).toBe('aal1')
  for (const method of ['hwk', 'user', 'mfa']) expect(payload.amr).not.toContain(method)
  expectProblem(await remove(kept.passkey.id, byLost), 401, 'insufficient_user_authentication')
  tokensIn(await verifyStepUp(server, byLost, await kept.authenticator.assert(await askToStepUp(server, byLost))))
  expect((await remove(kept.passkey.id, byLost)).status).toBe(204)
})

test('with the last passkey go the recovery codes, and the password is enough again', async () => {
  const person = await given.person(server)
  const { passkey, recoveryCodes } = await bindPasskey(server, person)
  await beginLogIn(server, person)
  expect((await remove(passkey.id, person)).status).toBe(204)
  expect((await given.session(server, person)).user.id).toBe(person.user.id)
  const again = await bindPasskey(server, person)
  expect(again.recoveryCodes).toHaveLength(10)
  expect(again.recoveryCodes).not.toEqual(recoveryCodes)
  const { token: challengeToken } = await beginLogIn(server, person)
  const json = { challengeToken, method: 'recovery_code', code: recoveryCodes?.[0] }
  expectProblem(await server.send('POST /v1/auth/mfa/verify', { json }), 400, 'invalid_code')
})

test('the last passkey of an account without a password stays, until there is another way in', async () => {
  const person = await given.personWithoutPassword(server)
  const first = await bindPasskey(server, person, { name: 'First' })
  expectProblem(await remove(first.passkey.id, person), 409, 'last_way_in')
  expect(await namesOf(person)).toEqual(['First'])
  tokensIn(await logInByPasskey(server, first))

  await bindPasskey(server, person, { name: 'Second' })
  expect((await remove(first.passkey.id, person)).status).toBe(204)
  const [second] = await listPasskeys(server, person)
  expectProblem(await remove(second?.id ?? '', person), 409, 'last_way_in')
})

test('who sets a password may remove the last passkey', async () => {
  const person = await given.personWithoutPassword(server)
  const bound = await bindPasskey(server, person)
  const json = { token: await given.resetToken(server, person.email), newPassword: `Battery ${crypto.randomUUID()}` }
  expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  const tokens = tokensIn(await logInByPasskey(server, bound))
  expect((await remove(bound.passkey.id, tokens)).status).toBe(204)
  await given.session(server, { email: person.email, password: json.newPassword })
})
