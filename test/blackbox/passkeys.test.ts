import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import {
  askToLogIn,
  askToRegister,
  bindPasskey,
  listPasskeys,
  logInByPasskey,
  register,
  tokensIn,
} from '../support/passkey-ceremonies'
import { fromBase64Url, newPasskey } from '../support/passkeys'
import { expectAlive } from '../support/sessions'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const server = await target()
const relyingParty = new URL(server.baseUrl).hostname

test('a browser is asked for a discoverable passkey of a verified user, for an account that only its id names', async () => {
  const person = await given.person(server)
  const { challenge, ...options } = await askToRegister(server, person)
  expect((await askToRegister(server, person)).challenge).not.toBe(challenge)
  expect(options).toMatchObject({ timeout: 300_000, excludeCredentials: [] })
  expect(options.rp.id).toBe(relyingParty)
  expect(options.user).toMatchObject({ name: person.email, displayName: person.email })
  expect(fromBase64Url(options.user.id).toHex()).toBe(person.user.id.replaceAll('-', ''))
  expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257])
})

test('whoever asks to log in is told of no account', async () => {
  const options = await askToLogIn(server)
  expect(options).toMatchObject({ rpId: relyingParty, timeout: 300_000, allowCredentials: [] })
  expect((await askToLogIn(server)).challenge).not.toBe(options.challenge)
})

test('the first passkey comes with ten recovery codes, shown once; no browser is asked to make it twice', async () => {
  const person = await given.person(server)
  const first = await bindPasskey(server, person)
  expect(first.recoveryCodes).toHaveLength(10)
  expect(new Set(first.recoveryCodes).size).toBe(10)
  const second = await bindPasskey(server, person, { transports: ['usb', 'nfc'] })
  expect(second.recoveryCodes).toBeNull()
  const { excludeCredentials } = await askToRegister(server, person)
  expect(excludeCredentials.toSorted((one, other) => one.transports.length - other.transports.length)).toEqual([
    { id: first.authenticator.id, type: 'public-key', transports: ['internal'] },
    { id: second.authenticator.id, type: 'public-key', transports: ['usb', 'nfc'] },
  ])
})

test('passkeys are listed with what they say of themselves, oldest first, and when they were used', async () => {
  const person = await given.person(server)
  expect(await listPasskeys(server, person)).toEqual([])
  const key = await bindPasskey(server, person, { name: 'Key', transports: ['usb', 'carrier-pigeon'], counts: true })
  const phone = await bindPasskey(server, person, { transports: ['internal', 'hybrid'], isSynced: true })
  expect(key.passkey).toMatchObject({ name: 'Key', transports: ['usb'], isBackupEligible: false, isBackedUp: false })
  expect(phone.passkey).toMatchObject({
    name: 'Passkey',
    transports: ['internal', 'hybrid'],
    isBackupEligible: true,
    isBackedUp: true,
    lastUsedAt: null,
  })
  expect(await listPasskeys(server, person)).toEqual([key.passkey, phone.passkey])

  tokensIn(await logInByPasskey(server, phone, { isBackedUp: false }))
  const [unused, used] = await listPasskeys(server, person)
  expect(unused).toEqual(key.passkey)
  expect(used).toEqual({ ...phone.passkey, isBackedUp: false, lastUsedAt: expect.any(String) })
  expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(phone.passkey.createdAt))
})

test.each(['ES256', 'EdDSA', 'RS256'] as const)('a passkey of %s logs in without a user name', async (algorithm) => {
  const person = await given.person(server)
  const bound = await bindPasskey(server, person, { algorithm })
  for (const _ of [1, 2]) {
    const tokens = tokensIn(await logInByPasskey(server, bound))
    expect(tokens.user).toMatchObject({ ...person.user, recoveryCodesLeft: 10 })
    expect(tokens.sessionId).not.toBe(person.sessionId)
    await expectAlive(server, tokens)
  }
})

test.each([
  { isSynced: false, key: 'hwk' },
  { isSynced: true, key: 'swk' },
])('a passkey is two factors in one: %j, by RFC 8176', async ({ isSynced, key }) => {
  const bound = await bindPasskey(server, await given.person(server), { isSynced })
  const reply = await logInByPasskey(server, bound)
  const tokens = tokensIn(reply)
  const shown = { acr: 'aal2', amr: [key, 'user', 'mfa'] }
  const { payload } = takeApart(tokens.accessToken)
  expect(payload).toMatchObject({ ...shown, sub: tokens.user.id, sid: tokens.sessionId, auth_time: payload.iat })
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', tokens)).json)
  expect(items.find(({ current }) => current)).toMatchObject({ id: tokens.sessionId, ...shown })
  expect(reply.headers.get('device-token')).toStartWith('pdt_')
  expect(reply.headers.getSetCookie()).toEqual([])
})

test('a session that registers a passkey is stronger from then on, and says so with its next token', async () => {
  const person = await given.person(server)
  await bindPasskey(server, person)
  const next = await given.refreshed(server, person.refreshToken)
  expect(takeApart(next.accessToken).payload).toMatchObject({ acr: 'aal2', amr: ['pwd', 'hwk', 'user', 'mfa'] })
  expect(next.sessionId).toBe(person.sessionId)
})

test('a passkey that counts logs in again and again', async () => {
  const bound = await bindPasskey(server, await given.person(server), { counts: true })
  for (const _ of [1, 2, 3]) tokensIn(await logInByPasskey(server, bound))
  expect(bound.authenticator.counter).toBe(4)
  tokensIn(await logInByPasskey(server, bound, { counter: 2 ** 32 - 1 }))
})

test('a passkey is registered once, whoever asks', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const { authenticator } = await bindPasskey(server, ada)
  const { userHandle } = authenticator
  for (const caller of [ada, eve]) {
    const response = await authenticator.attest(await askToRegister(server, caller))
    expectProblem(await register(server, caller, { response }), 409, 'passkey_taken')
  }
  expect(await listPasskeys(server, eve)).toEqual([])
  authenticator.userHandle = userHandle
  expect(tokensIn(await logInByPasskey(server, { authenticator })).user.id).toBe(ada.user.id)
})

test('an account has twenty passkeys at most', async () => {
  const person = await given.person(server)
  for (let count = 0; count < 20; count += 1) await bindPasskey(server, person, { name: `Number ${count}` })
  const authenticator = await newPasskey({ origin: server.baseUrl })
  const response = await authenticator.attest(await askToRegister(server, person))
  expectProblem(await register(server, person, { response }), 409, 'too_many_authenticators')
  const listed = await listPasskeys(server, person)
  expect(listed.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, count) => `Number ${count}`))
})

test('nobody binds a passkey to an address that is not proved, or without a session', async () => {
  const open = await target({ EMAIL_VERIFICATION: 'optional' })
  const newcomer = await given.newcomer(open)
  expectProblem(await open.send('POST /v1/me/passkeys/options', newcomer), 403, 'email_unverified')
  const person = await given.person(server)
  const response = await (await newPasskey({ origin: open.baseUrl })).attest(await askToRegister(server, person))
  expectProblem(await register(open, newcomer, { response }), 403, 'email_unverified')
  expectProblem(await server.send('POST /v1/me/passkeys/options'), 401, 'unauthenticated')
  expectProblem(await server.send('POST /v1/me/passkeys', { json: { response } }), 401, 'unauthenticated')
  expectProblem(await server.send('GET /v1/me/passkeys'), 401, 'unauthenticated')
})
