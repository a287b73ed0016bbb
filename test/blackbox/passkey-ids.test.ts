import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToLogIn,
  askToRegister,
  type Ceremony,
  ceremoniesOf,
  listPasskeys,
  register,
  tokensIn,
  verifyLogIn,
} from '../support/passkey-ceremonies'
import { newPasskey, toBase64Url } from '../support/passkeys'
import { target } from '../target'

const server = await target()

const idOf = (bytes: number) => toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)))

/** Makes a passkey that its authenticator calls so, and a browser perhaps otherwise. */
const attest = async (id: string, claimed = id) => {
  const person = await given.person(server)
  const authenticator = await newPasskey({ origin: server.baseUrl })
  const { response, ...credential } = await authenticator.attest(await askToRegister(server, person), { id })
  const { clientDataJSON, attestationObject } = response
  const reply = await register(server, person, {
    response: { ...credential, id: claimed, rawId: claimed, response: { clientDataJSON, attestationObject } },
  })
  return { person, authenticator, reply }
}

test.each([16, 1023])('the id of a passkey may have %i bytes, and is taken wherever it is used', async (bytes) => {
  const id = idOf(bytes)
  const { person, authenticator, reply } = await attest(id)
  expect(reply.status).toBe(201)
  expect((await askToRegister(server, person)).excludeCredentials).toMatchObject([{ id }])
  for (const { begin } of Object.values<Ceremony>(ceremoniesOf(server, person, person))) {
    const { options, finish } = await begin()
    expect(tokensIn(await finish(await authenticator.assert(options, { id }))).user.id).toBe(person.user.id)
  }
})

test.each([1024, 1049, 1050])('a passkey is not registered with an id of %i bytes', async (bytes) => {
  const { person, authenticator, reply } = await attest(idOf(bytes))
  expectProblem(reply, 400, 'invalid_passkey')
  expect(await listPasskeys(server, person)).toEqual([])
  const use = await authenticator.assert(await askToLogIn(server), { id: idOf(bytes) })
  expectProblem(await verifyLogIn(server, use), 400, 'invalid_passkey')
})

test.each([1024, 2048, 3000, 20_000])(
  'nor with one of %i bytes for which a browser gives a shorter one',
  async (bytes) => {
    const { person, reply } = await attest(idOf(bytes), 'AAAA')
    expectProblem(reply, 400, 'invalid_passkey')
    expect(await listPasskeys(server, person)).toEqual([])
  },
)
