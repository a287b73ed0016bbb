import { expect, test } from 'bun:test'
import { freshEmail } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { target } from '../target'

const open = await target({ EMAIL_VERIFICATION: 'optional' })

const register = (password: unknown, email = freshEmail()) =>
  open.send('POST /v1/auth/register', { json: { email, password } })
const logIn = (email: string, password: string) => open.send('POST /v1/auth/login', { json: { email, password } })

/** Letters that no word or log has in this order. */
const characters = (count: number) => 'Zq7#kW-v'.repeat(40).slice(0, count)

test('a password of 8 to 256 characters is accepted, a shorter or longer one refused', async () => {
  for (const count of [8, 256]) expect((await register(characters(count))).status).toBe(201)
  for (const password of ['', characters(7)]) {
    expectFaults(await register(password), { '/password': 'password_too_short' })
  }
  expectFaults(await register(characters(257)), { '/password': 'password_too_long' })
  expect((await register('x'.repeat(1025))).status).toBe(422)
})

test('length counts characters as people do, not bytes or code units', async () => {
  expectFaults(await register('🔑'.repeat(7)), { '/password': 'password_too_short' })
  for (const count of [8, 256]) {
    const email = freshEmail()
    expect((await register('🔑'.repeat(count), email)).status).toBe(201)
    expect((await logIn(email, '🔑'.repeat(count))).status).toBe(200)
    expectProblem(await logIn(email, '🔑'.repeat(count - 1)), 401, 'invalid_credentials')
  }
  expectFaults(await register('e\u0301'.repeat(7)), { '/password': 'password_too_short' })
})

test('a password is the same however a keyboard composes its letters', async () => {
  const [composed, decomposed] = [
    'Zw\u00f6lf Boxk\u00e4mpfer \u00e9\u00e8',
    'Zwo\u0308lf Boxka\u0308mpfer e\u0301e\u0300',
  ]
  for (const [registered, typed] of [
    [composed, decomposed],
    [decomposed, composed],
  ] as const) {
    const email = freshEmail()
    expect((await register(registered, email)).status).toBe(201)
    expect((await logIn(email, typed)).status).toBe(200)
  }
})

test('a password counts with its blanks and its capitals, and look-alikes don’t pass', async () => {
  const email = freshEmail()
  expect((await register(' Blank At Both Ends ', email)).status).toBe(201)
  expect((await logIn(email, ' Blank At Both Ends ')).status).toBe(200)
  for (const other of ['Blank At Both Ends', ' blank at both ends ', ' Blank At Both Ends', ' Ｂlank At Both Ends ']) {
    expectProblem(await logIn(email, other), 401, 'invalid_credentials')
  }
})

test('the last character of the longest password counts', async () => {
  const email = freshEmail()
  expect((await register(characters(256), email)).status).toBe(201)
  expectProblem(await logIn(email, `${characters(255)}!`), 401, 'invalid_credentials')
  expectProblem(await logIn(email, characters(72)), 401, 'invalid_credentials')
})

test('the last character of a password counts, whatever script the others are of', async () => {
  for (const start of ['ä'.repeat(20), '密码'.repeat(10), '🔑'.repeat(10)]) {
    const email = freshEmail()
    expect((await register(`${start}1`, email)).status).toBe(201)
    expectProblem(await logIn(email, `${start}2`), 401, 'invalid_credentials')
    expectProblem(await logIn(email, start), 401, 'invalid_credentials')
    expect((await logIn(email, `${start}1`)).status).toBe(200)
  }
})

test('a password that holds the name of its owner’s address is refused, in any case', async () => {
  const name = `grace-${crypto.randomUUID().slice(0, 8)}`
  for (const password of [`${name}-1906`, `my ${name.toUpperCase()}!`]) {
    const reply = await register(password, `${name}@example.com`)
    expectFaults(reply, { '/password': 'password_contains_email' })
  }
  expect((await register('a password with example in it', `${name}@example.com`)).status).toBe(201)
})

test('an address and a password that are both refused are both named', async () => {
  const reply = await open.send('POST /v1/auth/register', { json: { email: 'nobody', password: 7 } })
  expectFaults(reply, { '/email': 'invalid_email', '/password': 'invalid_type' })
})

test('a log-in judges no password by the rules for new ones', async () => {
  expectProblem(await logIn(freshEmail(), 'x'), 401, 'invalid_credentials')
  expectProblem(await logIn(freshEmail(), 'x'.repeat(300)), 401, 'invalid_credentials')
})
