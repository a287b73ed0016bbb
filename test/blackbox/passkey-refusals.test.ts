import { describe, expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToRegister,
  bindPasskey,
  type Ceremony,
  ceremoniesOf,
  listPasskeys,
  register,
  tokensIn,
} from '../support/passkey-ceremonies'
import { fromBase64Url, newPasskey, type Said, toBase64Url } from '../support/passkeys'
import { target } from '../target'

const server = await target()
const person = await given.person(server)
const bound = await bindPasskey(server, person, { counts: true })
const { authenticator } = bound
const eve = await given.person(server)
const evesPasskey = await bindPasskey(server, eve)

const port = new URL(server.baseUrl).port

/** What is wrong in every ceremony. */
const lies: Record<string, Partial<Said>> = {
  'another origin': { origin: 'https://evil.example' },
  'another port': { origin: server.baseUrl.replace(port, String(Number(port) + 1)) },
  'another scheme': { origin: server.baseUrl.replace('http:', 'https:') },
  'an origin with a path': { origin: `${server.baseUrl}/` },
  'an origin that only begins like ours': { origin: `${server.baseUrl}.evil.example` },
  'no origin': { origin: '' },
  'a challenge that nobody gave': { challenge: toBase64Url(crypto.getRandomValues(new Uint8Array(32))) },
  'an empty challenge': { challenge: '' },
  'another relying party': { rpId: 'evil.example' },
  'a part of our domain': { rpId: 'localhost' },
  'an unverified user': { isVerified: false },
  'an absent user': { isPresent: false },
  'neither a present nor a verified user': { isPresent: false, isVerified: false },
  'a backup of what can have none': { isBackupEligible: false, isBackedUp: true },
  'another type': { type: 'payment.get' },
  'a frame in a page of whoever': { crossOrigin: true },
  'a frame in a page of somebody else': { crossOrigin: true, topOrigin: 'https://evil.example' },
  'a frame in a page of ours': { crossOrigin: true, topOrigin: server.baseUrl },
  'a page around it that is none': { topOrigin: 'https://evil.example' },
  'a page around it that is its own': { topOrigin: server.baseUrl },
  'a page around it without a name': { topOrigin: '' },
  'a page around it that is nothing': { topOrigin: null },
}

const flipped = (text: string) => {
  const bytes = fromBase64Url(text)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return toBase64Url(bytes)
}

/** What is wrong where a passkey is used. */
const liesOfUse: Record<string, Partial<Said>> = {
  ...lies,
  'the type of a registration': { type: 'webauthn.create' },
  'a backup that it was not made for': { isBackupEligible: true },
  'a backup that it was not made for and has': { isBackupEligible: true, isBackedUp: true },
  'the user handle of another account': { userHandle: evesPasskey.authenticator.userHandle },
  'a user handle of nobody': { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' },
  'a user handle that is too short': { userHandle: authenticator.userHandle.slice(0, -2) },
  'a user handle that is no base64url': { userHandle: 'A' },
  'the id of another passkey': { id: evesPasskey.authenticator.id },
  'an id that nobody has': { id: 'AAAA' },
  'an empty id': { id: '' },
  'a signature of nothing': { signature: 'MAYCAQECAQE' },
  'a signature that is no signature': { signature: 'AAAA' },
  'a counter that stands still': { counter: 1 },
  'a counter that went back to zero': { counter: 0 },
}

const refuse = async ({ begin }: Ceremony, change: Partial<Said>, passkey = authenticator) => {
  const { options, finish } = await begin()
  const reply = await finish(await passkey.assert(options, change))
  expectProblem(reply, 400, 'invalid_passkey')
  expect(reply.headers.getSetCookie()).toEqual([])
  expect(reply.headers.get('device-token')).toBeNull()
}

const ceremonies = ceremoniesOf(server, person, person)

describe.each(['log-in', 'second factor', 'step-up'] as const)('a passkey is refused at a %s', (name) => {
  const ceremony: Ceremony = ceremonies[name]

  test.each(Object.entries(liesOfUse))('for %s', async (_, change) => {
    await refuse(ceremony, change)
  })

  test.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)('for a bit of its %s', async (member) => {
    const { options, finish } = await ceremony.begin()
    const { response, ...credential } = await authenticator.assert(options)
    const changed = { ...response, [member]: flipped(response[member]) }
    expectProblem(await finish({ ...credential, response: changed }), 400, 'invalid_passkey')
  })

  test('for the key of another passkey', async () => {
    const { options, finish } = await ceremony.begin()
    const { userHandle } = authenticator
    const response = await evesPasskey.authenticator.assert(options, { id: authenticator.id, userHandle })
    expectProblem(await finish(response), 400, 'invalid_passkey')
  })

  test('for another id beside its own', async () => {
    const { options, finish } = await ceremony.begin()
    const response = await authenticator.assert(options)
    const rawId = evesPasskey.authenticator.id
    expectProblem(await finish({ ...response, rawId }), 400, 'invalid_passkey')
  })
})

test.each([null, '', undefined])(
  'a passkey is refused at a log-in where it does not say whose it is: %j',
  async (userHandle) => {
    await refuse(ceremonies['log-in'], { userHandle })
  },
)

test('nothing that was refused was noted as a use, and the passkey works all the same', async () => {
  expect(await listPasskeys(server, person)).toEqual([bound.passkey])
  for (const { begin } of Object.values<Ceremony>(ceremonies)) {
    const { options, finish } = await begin()
    tokensIn(await finish(await authenticator.assert(options)))
  }
})

test('a passkey that was made to be backed up must stay so; whether it is may change', async () => {
  const owner = await given.person(server)
  const { authenticator: synced } = await bindPasskey(server, owner, { isSynced: true })
  for (const ceremony of Object.values<Ceremony>(ceremoniesOf(server, owner, owner))) {
    await refuse(ceremony, { isBackupEligible: false, isBackedUp: false }, synced)
    for (const isBackedUp of [false, true]) {
      const { options, finish } = await ceremony.begin()
      tokensIn(await finish(await synced.assert(options, { isBackedUp })))
      expect(await listPasskeys(server, owner)).toMatchObject([{ isBackupEligible: true, isBackedUp }])
    }
  }
})

describe('a passkey is not registered', () => {
  const refused: Record<string, Partial<Said>> = {
    ...lies,
    'the type of a use': { type: 'webauthn.get' },
    'a statement that nobody knows': { format: 'hearsay' },
    'a statement that is missing': { format: 'packed' },
  }

  test.each(Object.entries(refused))('for %s', async (_, change) => {
    const before = await listPasskeys(server, eve)
    const fresh = await newPasskey({ origin: server.baseUrl })
    const response = await fresh.attest(await askToRegister(server, eve), change)
    expectProblem(await register(server, eve, { response }), 400, 'invalid_passkey')
    expect(await listPasskeys(server, eve)).toEqual(before)
  })

  test('for another id beside its own', async () => {
    const fresh = await newPasskey({ origin: server.baseUrl })
    const response = await fresh.attest(await askToRegister(server, eve))
    const reply = await register(server, eve, { response: { ...response, rawId: authenticator.id } })
    expectProblem(reply, 400, 'invalid_passkey')
  })
})
