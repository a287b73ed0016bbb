import { expect, test } from 'bun:test'
import { freshPassword, type Guarded, given } from '../given'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { toCookieHeader } from '../support/cookies'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { challengeIn, TrustedDevicePage, verify, verifyTotp } from '../support/second-factors'
import { CookieTokenSet, TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

/** A log-in by password on a device. */
const logInOn = (device: string, { email, password }: { email: string; password: string }) =>
  server.send('POST /v1/auth/login', { headers: { 'device-token': device }, json: { email, password } })

const isTrusted = async (device: string, account: { email: string; password: string }): Promise<boolean> => {
  const reply = await logInOn(device, account)
  if (TokenSet.safeParse(reply.json).success) return true
  challengeIn(reply)
  return false
}

/** Logs in with the second factor. @returns the device's token */
const deviceOf = async (person: Guarded, more: object = {}): Promise<string> => {
  const reply = await verifyTotp(server, await given.challenge(server, person), person.app.next(), more)
  expect(reply.status).toBe(200)
  return reply.headers.get('device-token') ?? ''
}

const givenTrusted = async () => {
  const person = await given.personWithTotp(server)
  return { person, device: await deviceOf(person, { trustDevice: true }) }
}

const list = async ({ accessToken }: { accessToken: string }, query = '') =>
  TrustedDevicePage.parse((await server.send(`GET /v1/me/trusted-devices${query}`, { accessToken })).json)

test('on a trusted device the password is enough, for a session that says so', async () => {
  const { person, device } = await givenTrusted()
  const reply = await logInOn(device, person)
  const tokens = TokenSet.parse(reply.json)
  expect(takeApart(tokens.accessToken).payload).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  expect(reply.headers.get('device-token')).toBeNull()
  expect(await isTrusted(device, person)).toBe(true)
  const refused = await server.send('DELETE /v1/me/mfa/totp', tokens)
  expectProblem(refused, 401, 'insufficient_user_authentication')
})

test('a device that was not to be trusted, is another one or somebody else’s is asked', async () => {
  const { person, device } = await givenTrusted()
  const other = await given.personWithTotp(server)
  const [plain, refused] = [await deviceOf(other), await deviceOf(other, { trustDevice: false })]
  for (const token of [plain, refused, device]) expect(await isTrusted(token, other)).toBe(false)
  for (const token of [plain, `${device}A`, device.slice(4), '']) expect(await isTrusted(token, person)).toBe(false)
  expect(await isTrusted(device, person)).toBe(true)
})

test('the password has to be right all the same', async () => {
  const { person, device } = await givenTrusted()
  const wrong = { email: person.email, password: freshPassword() }
  expectProblem(await logInOn(device, wrong), 401, 'invalid_credentials')
})

test('they are listed, newest first, to their owner alone', async () => {
  const { person, device } = await givenTrusted()
  await deviceOf(person, { trustDevice: true })
  const { items, nextCursor } = await list(person)
  expect(items).toHaveLength(2)
  expect(nextCursor).toBeNull()
  const [newest, oldest] = items
  const lifeMs = Date.parse(newest?.expiresAt ?? '') - Date.parse(newest?.createdAt ?? '')
  expect(lifeMs).toBe(30 * 24 * 3600 * 1000)
  expect((newest?.id ?? '') > (oldest?.id ?? '')).toBe(true)
  const first = await list(person, '?limit=1')
  expect(first.items).toEqual([newest ?? expect.anything()])
  expect((await list(person, `?limit=1&cursor=${first.nextCursor}`)).items.map(({ id }) => id)).toEqual([
    oldest?.id ?? '',
  ])
  expect(JSON.stringify(items)).not.toContain(device)
  const eve = await given.person(server)
  expect((await list(eve)).items).toEqual([])
  expect((await list(eve, `?cursor=${newest?.id}`)).items).toEqual([])
})

test('one is trusted no more when its owner says so, and nobody else can', async () => {
  const { person, device } = await givenTrusted()
  const [{ id } = { id: '' }] = (await list(person)).items
  const eve = await given.person(server)
  for (const unknown of [id, crypto.randomUUID()]) {
    expectProblem(await server.send(`DELETE /v1/me/trusted-devices/${unknown}`, eve), 404, 'not_found')
  }
  expect((await server.send('DELETE /v1/me/trusted-devices', eve)).status).toBe(204)
  expect(await isTrusted(device, person)).toBe(true)
  expect((await server.send(`DELETE /v1/me/trusted-devices/${id}`, person)).status).toBe(204)
  expect(await isTrusted(device, person)).toBe(false)
  expectProblem(await server.send(`DELETE /v1/me/trusted-devices/${id}`, person), 404, 'not_found')
})

test('none is trusted any more after that is asked for all', async () => {
  const { person, device } = await givenTrusted()
  const other = await deviceOf(person, { trustDevice: true })
  for (const _ of [1, 2]) expect((await server.send('DELETE /v1/me/trusted-devices', person)).status).toBe(204)
  for (const token of [device, other]) expect(await isTrusted(token, person)).toBe(false)
  expect((await list(person)).items).toEqual([])
})

test('a new password ends all trust, by a change and by a reset', async () => {
  const { person, device } = await givenTrusted()
  const [changed, reset] = [freshPassword(), freshPassword()]
  const json = { currentPassword: person.password, newPassword: changed }
  const reply = await server.send('POST /v1/auth/password/change', {
    accessToken: person.accessToken,
    headers: { 'device-token': device },
    json,
  })
  expect(reply.status).toBe(204)
  const renewed = reply.headers.get('device-token') ?? ''
  for (const token of [device, renewed]) expect(await isTrusted(token, { ...person, password: changed })).toBe(false)

  const again = { ...person, password: changed }
  const trusted = await deviceOf(again, { trustDevice: true })
  const token = await given.resetToken(server, person.email)
  expect((await server.send('POST /v1/auth/password/reset', { json: { token, newPassword: reset } })).status).toBe(204)
  expect(await isTrusted(trusted, { ...person, password: reset })).toBe(false)
})

test('a browser is trusted by its cookie', async () => {
  const { app, email, password } = await given.personWithTotp(server)
  const json = { email, password, transport: 'cookie' }
  const logIn = (headers: Record<string, string>) =>
    server.send('POST /v1/auth/login', { headers: { ...fromOwnPage, ...headers }, json })
  const challenge = challengeIn(await logIn({}))
  const shown = { method: 'totp', code: app.next(), transport: 'cookie', trustDevice: true }
  const { device } = toBrowserSession(await verify(server, challenge, shown, fromOwnPage))
  const cookie = toCookieHeader({ '__Host-device': device?.value ?? '' })
  const again = await logIn({ cookie })
  CookieTokenSet.parse(again.json)
  expect(toBrowserSession(again).device).toBeUndefined()
  challengeIn(await logIn({}))
})

test('the routes are for who is logged in', async () => {
  for (const route of ['GET /v1/me/trusted-devices', 'DELETE /v1/me/trusted-devices']) {
    expectProblem(await server.send(route), 401, 'unauthenticated')
  }
})
