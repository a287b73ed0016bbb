import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToRegister,
  bindPasskey,
  type Caller,
  type Ceremony,
  ceremoniesOf,
  listPasskeys,
  logInByPasskey,
  RegisteredPasskey,
  register,
  tokensIn,
} from '../support/passkey-ceremonies'
import { newPasskey } from '../support/passkeys'
import { SessionPage } from '../support/shapes'
import { startTarget, target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()

const remove = (id: string, { accessToken }: Caller) => server.send(`DELETE /v1/me/passkeys/${id}`, { accessToken })

const countSessions = async ({ accessToken }: Caller) =>
  SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json).items.length

test.each(['log-in', 'second factor', 'step-up'] as const)(
  'of sixteen answers with one assertion at once exactly one is accepted: %s',
  async (place) => {
    const person = await given.person(server)
    const { authenticator } = await bindPasskey(server, person)
    const ceremony: Ceremony = ceremoniesOf(server, person, person)[place]
    for (let round = 0; round < 3; round += 1) {
      const before = await countSessions(person)
      const { options, finish } = await ceremony.begin()
      const response = await authenticator.assert(options)
      const replies = await inParallel(16, () => finish(response))
      expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
      for (const reply of replies.filter(({ status }) => status === 400)) {
        expect(reply.json).toMatchObject({ code: expect.stringMatching(/^invalid_(passkey|challenge)$/) })
      }
      expect(await countSessions(person)).toBe(place === 'step-up' ? before : before + 1)
    }
  },
)

test('of sixteen different assertions with one challenge at once exactly one is accepted', async () => {
  const person = await given.person(server)
  const { authenticator } = await bindPasskey(server, person)
  const { options, finish } = await ceremoniesOf(server, person, person)['log-in'].begin()
  const responses = await inParallel(16, () => authenticator.assert(options))
  expect(countByStatus(await inParallel(16, async (index) => finish(responses[index])))).toEqual({ 200: 1, 400: 15 })
})

test('one waiting log-in is finished once, by however many challenges of its own', async () => {
  const person = await given.person(server)
  const { authenticator } = await bindPasskey(server, person)
  const { token: challengeToken } = await given.challenge(server, person)
  const attempts = await inParallel(8, async () => {
    const options = await server.send('POST /v1/auth/passkey/options', { json: { challengeToken } })
    return authenticator.assert(Object(options.json))
  })
  const replies = await inParallel(8, (index) =>
    server.send('POST /v1/auth/mfa/verify', {
      json: { challengeToken, method: 'passkey', response: attempts[index] },
    }),
  )
  expect(countByStatus(replies)).toEqual({ 200: 1, 400: 7 })
  expect(await countSessions(person)).toBe(2)
})

test('of uses of one counter at once exactly one is accepted, on two servers too', async () => {
  const second = await startTarget({ BASE_URL: server.baseUrl })
  try {
    const person = await given.person(server)
    const { authenticator } = await bindPasskey(server, person, { counts: true })
    const servers = [server, { ...second, baseUrl: server.baseUrl }]
    const replies = await inParallel(16, (index) =>
      logInByPasskey(servers[index % 2] ?? server, { authenticator }, { counter: 7 }),
    )
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  } finally {
    await second.stop()
  }
})

test('one attestation at once registers once', async () => {
  const person = await given.person(server)
  const response = await (await newPasskey({ origin: server.baseUrl })).attest(await askToRegister(server, person))
  expect(countByStatus(await inParallel(16, () => register(server, person, { response })))).toEqual({ 201: 1, 400: 15 })
  expect(await listPasskeys(server, person)).toHaveLength(1)
})

test('one passkey that many accounts register at once is of one of them', async () => {
  const people = await inParallel(6, () => given.person(server))
  const authenticator = await newPasskey({ origin: server.baseUrl })
  const requests = await Promise.all(
    people.map(async (person) => ({
      person,
      response: await authenticator.attest(await askToRegister(server, person)),
    })),
  )
  const replies = await Promise.all(requests.map(({ person, response }) => register(server, person, { response })))
  expect(countByStatus(replies)).toEqual({ 201: 1, 409: 5 })
  for (const reply of replies.filter(({ status }) => status === 409)) expectProblem(reply, 409, 'passkey_taken')
})

test('of first passkeys at once exactly one comes with recovery codes', async () => {
  const person = await given.person(server)
  const responses = await inParallel(6, async () =>
    (await newPasskey({ origin: server.baseUrl })).attest(await askToRegister(server, person)),
  )
  const replies = await inParallel(6, (index) => register(server, person, { response: responses[index] }))
  expect(countByStatus(replies)).toEqual({ 201: 6 })
  const codes = replies.map(({ json }) => RegisteredPasskey.parse(json).recoveryCodes)
  expect(codes.filter((set) => set !== null)).toHaveLength(1)
  expect(await listPasskeys(server, person)).toHaveLength(6)
})

test('however many are registered at once, an account has twenty passkeys at most', async () => {
  const person = await given.person(server)
  for (let count = 0; count < 18; count += 1) await bindPasskey(server, person)
  const responses = await inParallel(10, async () =>
    (await newPasskey({ origin: server.baseUrl })).attest(await askToRegister(server, person)),
  )
  const replies = await inParallel(10, (index) => register(server, person, { response: responses[index] }))
  expect(countByStatus(replies)).toEqual({ 201: 2, 409: 8 })
  for (const reply of replies.filter(({ status }) => status === 409)) {
    expectProblem(reply, 409, 'too_many_authenticators')
  }
  expect(await listPasskeys(server, person)).toHaveLength(20)
})

test('of the last two passkeys of an account without a password at once exactly one is removed', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await given.personWithoutPassword(server)
    const bound = [await bindPasskey(server, person), await bindPasskey(server, person)]
    // Each by a session of its own, which does not get weaker when the other one goes.
    const removals = await Promise.all(
      bound.map(async (one) => ({ one, session: tokensIn(await logInByPasskey(server, one)) })),
    )
    const replies = await Promise.all(removals.map(({ one, session }) => remove(one.passkey.id, session)))
    expect(countByStatus(replies)).toEqual({ 204: 1, 409: 1 })
    for (const reply of replies.filter(({ status }) => status === 409)) expectProblem(reply, 409, 'last_way_in')
    const kept = bound.filter((_, index) => replies[index]?.status === 409)
    for (const one of kept) tokensIn(await logInByPasskey(server, one))
  }
})

test('however often they are asked for at once by one session, the last one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await given.personWithoutPassword(server)
    const bound = await inParallel(3, () => bindPasskey(server, person))
    // The session stands on the app from now on, so that it stays strong.
    await given.totpApp(server, person)
    const replies = await inParallel(9, (index) => remove(bound[index % 3]?.passkey.id ?? '', person))
    expect(countByStatus(replies)).toMatchObject({ 204: 2 })
    const [kept, ...others] = await listPasskeys(server, person)
    expect(others).toEqual([])
    for (const one of bound)
      expect((await logInByPasskey(server, one)).status).toBe(one.passkey.id === kept?.id ? 200 : 400)
  }
})
