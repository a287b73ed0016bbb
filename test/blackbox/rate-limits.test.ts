import { expect, test } from 'bun:test'
import { freshEmail, freshPassword } from '../given'
import { expectProblem } from '../support/expect-problem'
import type { Reply } from '../support/send'
import { target } from '../target'

const server = await target({ RATE_LIMITS: 'on' })

/** Sends one after another until one is refused, and returns the refusal with the number of those that were not. */
const untilLimited = async (send: () => Promise<Reply>, most: number) => {
  for (let sent = 0; sent <= most; sent += 1) {
    const reply = await send()
    if (reply.status === 429) return { sent, reply }
  }
  throw new Error(`${most} requests were not too many.`)
}

const expectLimited = (reply: Reply, windowSeconds: number) => {
  expectProblem(reply, 429, 'rate_limited')
  const seconds = Number(reply.headers.get('retry-after'))
  expect(seconds).toBeWithin(1, windowSeconds + 1)
  expect(reply.json).toMatchObject({ retryAfterSeconds: seconds })
}

test('the sixth registration within a minute has to wait, and what was refused has no account', async () => {
  const [email, password] = [freshEmail(), freshPassword()]
  const register = (address: string) => server.send('POST /v1/auth/register', { json: { email: address, password } })
  for (let count = 0; count < 5; count += 1) expect((await register(freshEmail())).status).toBe(202)
  expectLimited(await register(email), 60)
  expectLimited(await register(email), 60)
  expectProblem(await server.send('POST /v1/auth/login', { json: { email, password } }), 401, 'invalid_credentials')
})

test('guessing a password has to wait after ten tries, for that address only', async () => {
  const guess = (email: string) => server.send('POST /v1/auth/login', { json: { email, password: freshPassword() } })
  const [email, other] = [freshEmail(), freshEmail()]
  const { sent, reply } = await untilLimited(() => guess(email), 20)
  expect(sent).toBe(10)
  expectLimited(reply, 60)
  expectLimited(await guess(` ${email.toUpperCase()}`), 60)
  expectProblem(await guess(other), 401, 'invalid_credentials')
})

test('a caller can’t count under another address by naming one in a header', async () => {
  const forward = (name: string) => ({ [name]: `203.0.113.${Math.floor(Math.random() * 250)}` })
  const email = freshEmail()
  const { sent } = await untilLimited(
    () =>
      server.send('POST /v1/auth/login', {
        headers: {
          ...forward('x-forwarded-for'),
          ...forward('forwarded'),
          ...forward('x-real-ip'),
          ...forward('true-client-ip'),
        },
        json: { email, password: freshPassword() },
      }),
    20,
  )
  expect(sent).toBe(10)
})

test('asking for a verification link has to wait after three times, whether or not there is an account', async () => {
  const email = freshEmail()
  const { sent, reply } = await untilLimited(
    () => server.send('POST /v1/auth/email/verify/resend', { json: { email } }),
    10,
  )
  expect(sent).toBe(3)
  expectLimited(reply, 900)
})

test('trying verification tokens has to wait after thirty', async () => {
  const token = crypto.randomUUID()
  const { sent, reply } = await untilLimited(() => server.send('POST /v1/auth/email/verify', { json: { token } }), 40)
  expect(sent).toBe(30)
  expectLimited(reply, 60)
})
