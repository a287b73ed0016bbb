import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, type Guarded, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { challengeIn, verifyRecoveryCode, verifyTotp } from '../support/second-factors'
import { logIn } from '../support/sessions'
import { target } from '../target'

const server = await target()

const reset = async ({ email }: Guarded, newPassword: string) => {
  const json = { token: await given.resetToken(server, email), newPassword }
  return server.send('POST /v1/auth/password/reset', { json })
}

/** What the owner does that ends every log-in under way, and how they log in after it. */
const endings: [string, (person: Guarded) => Promise<{ email: string; password: string }>][] = [
  [
    'a change of the password',
    async ({ email, password, accessToken }) => {
      const newPassword = freshPassword()
      const json = { currentPassword: password, newPassword }
      expect((await server.send('POST /v1/auth/password/change', { accessToken, json })).status).toBe(204)
      return { email, password: newPassword }
    },
  ],
  [
    'a reset of the password',
    async (person) => {
      const password = freshPassword()
      expect((await reset(person, password)).status).toBe(204)
      return { email: person.email, password }
    },
  ],
  [
    'a change of the address',
    async ({ password, ...person }) => {
      const email = freshEmail()
      const json = { token: await given.emailChangeToken(server, person, email) }
      expect((await server.send('POST /v1/me/email/change/confirm', { json })).status).toBe(200)
      return { email, password }
    },
  ],
  [
    'the end of all other sessions',
    async ({ accessToken, email, password }) => {
      expect((await server.send('DELETE /v1/sessions', { accessToken })).status).toBe(204)
      return { email, password }
    },
  ],
]

test.each(endings)('%s ends the log-ins that wait for a second factor, and no later one', async (_, end) => {
  const person = await given.personWithTotp(server)
  const waiting = [await given.challenge(server, person), await given.challenge(server, person)]
  const account = await end(person)
  const code = person.app.next()
  for (const challenge of waiting) {
    expectProblem(await verifyTotp(server, challenge, code), 400, 'invalid_challenge')
    const recovery = await verifyRecoveryCode(server, challenge, person.recoveryCodes[0] ?? '')
    expectProblem(recovery, 400, 'invalid_challenge')
  }
  expect((await verifyTotp(server, await given.challenge(server, account), code)).status).toBe(200)
})

test('after a reset of the password the second factor is asked for all the same', async () => {
  const person = await given.personWithTotp(server)
  const password = freshPassword()
  expect((await reset(person, password)).status).toBe(204)
  const challenge = challengeIn(await logIn(server, { email: person.email, password }))
  expect(challenge.methods).toEqual(['totp', 'recovery_code'])
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(200)
})

test('a challenge of another account is finished by its own owner’s code only', async () => {
  const [ada, eve] = [await given.personWithTotp(server), await given.personWithTotp(server)]
  const challenge = await given.challenge(server, ada)
  expectProblem(await verifyTotp(server, challenge, eve.app.next()), 400, 'invalid_code')
  expectProblem(await verifyRecoveryCode(server, challenge, eve.recoveryCodes[0] ?? ''), 400, 'invalid_code')
  const { status, json } = await verifyTotp(server, challenge, ada.app.next())
  expect({ status, json }).toMatchObject({ status: 200, json: { user: { id: ada.user.id } } })
  expect(
    (await verifyRecoveryCode(server, await given.challenge(server, eve), eve.recoveryCodes[0] ?? '')).status,
  ).toBe(200)
})

test('the fifth wrong code still counts, the sixth is not looked at, nor is the right one; the password goes on', async () => {
  const { app, recoveryCodes, ...person } = await given.personWithTotp(server)
  const challenge = await given.challenge(server, person)
  for (let count = 0; count < 5; count += 1) {
    expectProblem(await verifyTotp(server, challenge, app.wrong()), 400, 'invalid_code')
  }
  const next = await given.challenge(server, person)
  const refused = [
    await verifyTotp(server, challenge, app.wrong()),
    await verifyTotp(server, next, app.next()),
    await verifyRecoveryCode(server, next, recoveryCodes[0] ?? ''),
  ]
  for (const reply of refused) {
    expectProblem(reply, 423, 'second_factor_locked')
    expect(Number(reply.headers.get('retry-after'))).toBeWithin(1, 1801)
  }
  expect((await server.send('GET /v1/me', person)).status).toBe(200)
})
