import { expect, test } from 'bun:test'
import { freshEmail, freshPassword } from '../given'
import { expectProblem } from '../support/expect-problem'
import type { Reply } from '../support/send'
import { target } from '../target'

/** All of these tests come from one address, so that limit has to be out of their way. */
const server = await target({
  RATE_LIMITS: 'on',
  RATE_LIMIT_OVERRIDES: 'everyone=100000/60,address=50000/60',
})

/** Sends one after another until one is refused, and returns the refusal with the number of those that were not. */
const untilLimited = async (send: () => Promise<Reply>, most: number) => {
  for (let sent = 0; sent <= most; sent += 1) {
    const reply = await send()
    if (reply.status === 429) return { sent, reply }
  }
  throw new Error(`${most} requests were not too many.`)
}

const untilReady = async () => {
  while ((await server.send('GET /health/ready')).status !== 200) await Bun.sleep(100)
}

const expectLimited = (reply: Reply, windowSeconds: number) => {
  expectProblem(reply, 429, 'rate_limited')
  const seconds = Number(reply.headers.get('retry-after'))
  expect(seconds).toBeWithin(1, windowSeconds + 1)
  expect(reply.json).toMatchObject({ retryAfterSeconds: seconds })
  expect(reply.headers.get('ratelimit-reset')).toBe(String(seconds))
  expect(reply.headers.get('ratelimit-remaining')).toBe('0')
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

test('of two hundred verification tokens that are tried at once exactly thirty are looked at', async () => {
  const attempt = () => server.send('POST /v1/auth/email/verify', { json: { token: crypto.randomUUID() } })
  const replies = await Promise.all(Array.from({ length: 200 }, attempt))
  const refused = replies.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(170)
  for (const reply of refused) expectLimited(reply, 60)
  // The database of a busy machine may be too late for those that were let through; then what comes next waits until it is back.
  const looked = replies.map(({ status }) => status).filter((status) => status !== 429)
  for (const status of looked) expect(status).toBeOneOf([400, 503])
  await untilReady()
})

test('an answer tells the limits of its route, and how the one stands that is nearest to its end', async () => {
  const json = { email: freshEmail(), password: freshPassword() }
  for (let left = 9; left >= 7; left -= 1) {
    const { headers } = await server.send('POST /v1/auth/login', { json })
    expect(headers.get('ratelimit-policy')).toBe('"address";q=50000;w=60, "logIn";q=10;w=60')
    const reset = headers.get('ratelimit-reset')
    expect(Number(reset)).toBeWithin(50, 61)
    expect(headers.get('ratelimit')).toBe(`"logIn";r=${left};t=${reset}`)
    expect(headers.get('ratelimit-limit')).toBe('10')
    expect(headers.get('ratelimit-remaining')).toBe(String(left))
    expect(headers.get('retry-after')).toBeNull()
  }
})

test('how a limit stands that strangers share is told only to who is refused by it', async () => {
  const email = freshEmail()
  const forget = () => server.send('POST /v1/auth/password/forgot', { json: { email } })
  for (let count = 0; count < 2; count += 1) {
    const { headers } = await forget()
    expect(headers.get('ratelimit-policy')).toBe('"address";q=50000;w=60, "sendMail";q=3;w=900')
    expect(headers.get('ratelimit')).toStartWith('"address";')
  }
  await forget()
  const { headers } = await forget()
  expect(headers.get('ratelimit')).toBe(`"sendMail";r=0;t=${headers.get('retry-after')}`)
})

test('a HEAD request counts like the GET that it stands for', async () => {
  const remaining = async (route: string) => Number((await server.send(route)).headers.get('ratelimit-remaining'))
  const before = await remaining('GET /v1/me')
  expect(await remaining('HEAD /v1/me')).toBe(before - 1)
  expect((await server.send('HEAD /health/live')).headers.get('ratelimit')).toBeNull()
})
