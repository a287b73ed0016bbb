import { expect, test } from 'bun:test'
import { type Account, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import {
  askToLogIn,
  askToStepUp,
  bindPasskey,
  type Caller,
  tokensIn,
  verifySecondFactor,
  verifyStepUp,
} from '../support/passkey-ceremonies'
import { target } from '../target'

const server = await target()

const beginSecondFactor = (challengeToken: string) =>
  server.send('POST /v1/auth/passkey/options', { json: { challengeToken } })

const beginStepUp = ({ accessToken }: Caller) => server.send('POST /v1/auth/step-up/options', { accessToken })

const tokenOf = async (account: Account) => (await given.challenge(server, account)).token

test('a log-in that waits is given no challenge for passkeys where there are none: any passkey would seem welcome', async () => {
  const person = await given.personWithTotp(server)
  const token = await tokenOf(person)
  expectProblem(await beginSecondFactor(token), 404, 'not_found')
  const bound = await bindPasskey(server, person)
  const options = await askToLogIn(server, { challengeToken: token })
  expect(options.allowCredentials.map(({ id }) => id)).toEqual([bound.authenticator.id])
  tokensIn(await verifySecondFactor(server, token, await bound.authenticator.assert(options)))
})

test('nor is a step-up, with a second factor of another kind or without any', async () => {
  for (const person of [await given.person(server), await given.personWithTotp(server)]) {
    expectProblem(await beginStepUp(person), 404, 'not_found')
    const { authenticator } = await bindPasskey(server, person)
    const options = await askToStepUp(server, person)
    expect(options.allowCredentials.map(({ id }) => id)).toEqual([authenticator.id])
    tokensIn(await verifyStepUp(server, person, await authenticator.assert(options)))
  }
})

test('when the last passkey is gone, neither is given one any more', async () => {
  const person = await given.personWithTotp(server)
  const { passkey } = await bindPasskey(server, person)
  const token = await tokenOf(person)
  expect((await beginSecondFactor(token)).status).toBe(200)
  expect((await beginStepUp(person)).status).toBe(200)
  expect((await server.send(`DELETE /v1/me/passkeys/${passkey.id}`, person)).status).toBe(204)
  expectProblem(await beginSecondFactor(token), 404, 'not_found')
  expectProblem(await beginStepUp(person), 404, 'not_found')
})

test('the passkeys of somebody else are not offered instead', async () => {
  const [ada, eve] = [await given.personWithTotp(server), await given.person(server)]
  await bindPasskey(server, eve)
  expectProblem(await beginSecondFactor(await tokenOf(ada)), 404, 'not_found')
  expectProblem(await beginStepUp(ada), 404, 'not_found')
})
