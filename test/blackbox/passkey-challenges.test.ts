import { describe, expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToLogIn,
  askToRegister,
  askToStepUp,
  beginLogIn,
  bindPasskey,
  type Caller,
  ceremoniesOf,
  listPasskeys,
  register,
  tokensIn,
  verifyLogIn,
  verifySecondFactor,
  verifyStepUp,
} from '../support/passkey-ceremonies'
import { newPasskey } from '../support/passkeys'
import type { Reply } from '../support/send'
import { target } from '../target'

const server = await target()
const ada = await given.person(server)
const adasOther = await given.session(server, ada)
const eve = await given.person(server)
const { authenticator } = await bindPasskey(server, ada)
const eves = await bindPasskey(server, eve)

const relyingParty = new URL(server.baseUrl).hostname

const expectRefused = (reply: Reply) => {
  expectProblem(reply, 400, 'invalid_passkey')
}

/** A challenge of each purpose, of Ada's unless said otherwise. */
const challengeFor = {
  registration: async (caller: Caller = ada) => (await askToRegister(server, caller)).challenge,
  'log-in': async () => (await askToLogIn(server)).challenge,
  'second factor': async (account = ada) => {
    const { token: challengeToken } = await beginLogIn(server, account)
    return (await askToLogIn(server, { challengeToken })).challenge
  },
  'step-up': async (caller: Caller = ada) => (await askToStepUp(server, caller)).challenge,
}

const purposes = ['registration', 'log-in', 'second factor', 'step-up'] as const

const assertionOf = (challenge: string) => authenticator.assert({ challenge, rpId: relyingParty })

describe.each(['log-in', 'second factor', 'step-up'] as const)('the challenge of a %s', (name) => {
  const ceremony = ceremoniesOf(server, ada, ada)[name]

  test('is used up by an answer that was accepted: neither it nor another one is taken', async () => {
    const { options, finish } = await ceremony.begin()
    const response = await authenticator.assert(options)
    tokensIn(await finish(response))
    const code = name === 'second factor' ? 'invalid_challenge' : 'invalid_passkey'
    expectProblem(await finish(response), 400, code)
    expectProblem(await finish(await authenticator.assert(options)), 400, code)
  })

  test('is used up by an answer that was refused', async () => {
    const { options, finish } = await ceremony.begin()
    expectRefused(await finish(await authenticator.assert(options, { isVerified: false })))
    expectRefused(await finish(await authenticator.assert(options)))
  })

  test.each(purposes.filter((purpose) => purpose !== name))('is not that of a %s', async (purpose) => {
    const { finish } = await ceremony.begin()
    expectRefused(await finish(await assertionOf(await challengeFor[purpose]())))
  })

  test('is not signed by what was signed for another one', async () => {
    const { options, finish } = await ceremony.begin()
    const [{ response: mine }, signed] = [await authenticator.assert(options), await assertionOf('another')]
    expectRefused(await finish({ ...signed, response: { ...signed.response, clientDataJSON: mine.clientDataJSON } }))
  })

  test('does not depend on others that were given before or after', async () => {
    const first = await ceremony.begin()
    const second = await ceremony.begin()
    for (const { options, finish } of [first, second]) tokensIn(await finish(await authenticator.assert(options)))
  })
})

test('the challenge of a registration works once, and is used up by a refusal', async () => {
  const fresh = () => newPasskey({ origin: server.baseUrl })
  const [accepted, refused] = [await askToRegister(server, eve), await askToRegister(server, eve)]
  const response = await (await fresh()).attest(accepted)
  expect((await register(server, eve, { response })).status).toBe(201)
  expectRefused(await register(server, eve, { response }))
  expectRefused(await register(server, eve, { response: await (await fresh()).attest(accepted) }))
  expectRefused(await register(server, eve, { response: await (await fresh()).attest(refused, { isVerified: false }) }))
  expectRefused(await register(server, eve, { response: await (await fresh()).attest(refused) }))
  expect(await listPasskeys(server, eve)).toHaveLength(2)
})

test.each(['log-in', 'second factor', 'step-up'] as const)('a %s gives no challenge to register with', async (name) => {
  const options = { ...(await askToRegister(server, ada)), challenge: await challengeFor[name]() }
  const response = await (await newPasskey({ origin: server.baseUrl })).attest(options)
  expectRefused(await register(server, ada, { response }))
})

test('a challenge to register is for the session that asked, and no other of the same account or of another', async () => {
  const strong = tokensIn(await verifyLogIn(server, await authenticator.assert(await askToLogIn(server))))
  const options = await askToRegister(server, ada)
  const response = await (await newPasskey({ origin: server.baseUrl })).attest(options)
  for (const caller of [strong, eve]) expectRefused(await register(server, caller, { response }))
  expect((await register(server, ada, { response })).status).toBe(201)
})

test('a challenge to step up is for the session that asked, and no other of the same account or of another', async () => {
  const [mine, hers] = [await challengeFor['step-up'](), await challengeFor['step-up'](eve)]
  const response = await assertionOf(mine)
  expectRefused(await verifyStepUp(server, adasOther, response))
  expectRefused(await verifyStepUp(server, eve, response))
  expectRefused(await verifyStepUp(server, ada, await assertionOf(hers)))
  const own = tokensIn(await verifyStepUp(server, ada, response))
  expect(own.sessionId).toBe(ada.sessionId)
})

test('the challenge of a waiting log-in is for that log-in, and no other of the same account or of another', async () => {
  const [first, second] = [await beginLogIn(server, ada), await beginLogIn(server, ada)]
  const hers = await beginLogIn(server, eve)
  const options = await askToLogIn(server, { challengeToken: first.token })
  const response = await authenticator.assert(options)
  expectRefused(await verifySecondFactor(server, second.token, response))
  expectRefused(await verifySecondFactor(server, hers.token, response))
  expectRefused(await verifySecondFactor(server, hers.token, await eves.authenticator.assert(options)))
  expectRefused(await verifyLogIn(server, response))
  tokensIn(await verifySecondFactor(server, first.token, response))
})

test('a challenge token that is made up, cut or of another kind begins nothing and finishes nothing', async () => {
  const { token } = await beginLogIn(server, ada)
  const changed = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`
  const response = await assertionOf(await challengeFor['log-in']())
  for (const challengeToken of ['plc_', token.slice(0, -1), changed, `${token}A`, token.slice(4), ada.sessionId]) {
    const begun = await server.send('POST /v1/auth/passkey/options', { json: { challengeToken } })
    expectProblem(begun, 400, 'invalid_challenge')
    expectProblem(await verifySecondFactor(server, challengeToken, response), 400, 'invalid_challenge')
  }
})
