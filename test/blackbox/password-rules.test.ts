import { expect, test } from 'bun:test'
import { freshPassword, given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import type { Reply } from '../support/send'
import { target } from '../target'

const server = await target()

/** Someone who chooses a password, again and again until one is accepted. */
interface Choice {
  email: string
  choose: (password: string) => Promise<Reply>
}

const nameIn = (email: string) => email.slice(0, email.indexOf('@'))
const wide = (text: string) =>
  text.replaceAll(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0))

const refused: [string, (email: string) => string, string][] = [
  ['without a character', () => '', 'password_too_short'],
  ['of seven characters', () => 'Zq7#kW-', 'password_too_short'],
  ['of seven signs of four bytes each', () => '🔑'.repeat(7), 'password_too_short'],
  ['of seven letters whose accents stand alone', () => 'e\u0301'.repeat(7), 'password_too_short'],
  ['of 257 characters', () => 'Zq7#kW-v'.repeat(33).slice(0, 257), 'password_too_long'],
  ['that is the address', (email) => email, 'password_contains_email'],
  ['that holds the name in the address', (email) => `my ${nameIn(email)}!`, 'password_contains_email'],
  ['that holds the name in capitals', (email) => nameIn(email).toUpperCase(), 'password_contains_email'],
  ['that holds the name in wide letters', (email) => wide(nameIn(email)), 'password_contains_email'],
  ['that holds the name without its hyphens', (email) => nameIn(email).replaceAll('-', ''), 'password_contains_email'],
  ['that is a part of the name', (email) => nameIn(email).slice(-12), 'password_contains_email'],
  ['that many people have', () => 'password1', 'password_common'],
  ['that many people have, with capitals', () => 'PassWord1', 'password_common'],
  ['that many people have, of digits', () => '1234567890', 'password_common'],
]

const choices: [string, string, () => Promise<Choice>][] = [
  [
    'a registration',
    '/password',
    async () => {
      const email = `grace-${crypto.randomUUID()}@example.com`
      return { email, choose: (password) => server.send('POST /v1/auth/register', { json: { email, password } }) }
    },
  ],
  [
    'a reset',
    '/newPassword',
    async () => {
      const { email } = await given.provedAccount(server)
      const token = await given.resetToken(server, email)
      return {
        email,
        choose: (newPassword) => server.send('POST /v1/auth/password/reset', { json: { token, newPassword } }),
      }
    },
  ],
  [
    'a change',
    '/newPassword',
    async () => {
      const { email, accessToken, password: currentPassword } = await given.person(server)
      return {
        email,
        choose: (newPassword) =>
          server.send('POST /v1/auth/password/change', { accessToken, json: { currentPassword, newPassword } }),
      }
    },
  ],
]

test.each(choices)('%s refuses a bad password by name, and takes a good one after', async (_, pointer, prepare) => {
  const { email, choose } = await prepare()
  for (const [fault, compose, code] of refused) {
    const password = compose(email)
    const reply = await choose(password)
    expect({ fault, errors: reply.json }).toMatchObject({ errors: { errors: [{ code }] } })
    expectFaults(reply, { [pointer]: code })
    if (password) expect(reply.text).not.toContain(password)
  }
  expect((await choose(freshPassword())).status).toBeWithin(200, 300)
})

test.each(choices)('%s says of each rule how it is met', async (_, pointer, prepare) => {
  const { email, choose } = await prepare()
  for (const [password, hint] of [
    ['Zq7#kW-', '8 characters'],
    ['Zq7#kW-v'.repeat(33), '256 characters'],
    [email, 'address'],
    ['password1', 'four words'],
  ] as const) {
    const { errors } = expectProblem(await choose(password), 422, 'invalid_request')
    expect(errors).toMatchObject([{ pointer, message: expect.stringContaining(hint) }])
  }
})

test.each(choices)('%s takes any Unicode, without rules of composition', async (_, _pointer, prepare) => {
  for (const password of ['正しい馬バッテリー', ' 🔑'.repeat(128)]) {
    const { choose } = await prepare()
    expect((await choose(password)).status).toBeWithin(200, 300)
  }
})
