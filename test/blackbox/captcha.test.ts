import { afterAll, expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { noteSecret } from '../support/secrets'
import type { Reply } from '../support/send'
import type { Server } from '../support/server'
import { captchaSecret, passingToken, siteKey, startSiteverify } from '../support/siteverify'
import { target } from '../target'

const provider = startSiteverify()
afterAll(() => provider.stop())
noteSecret(captchaSecret)

const failures = 2
const server = await target({
  CAPTCHA_PROVIDER: 'turnstile',
  CAPTCHA_SECRET: captchaSecret,
  CAPTCHA_SITE_KEY: siteKey,
  CAPTCHA_URL: provider.url,
  CAPTCHA_AFTER_FAILURES: String(failures),
  CAPTCHA_OUTAGE: 'closed',
  LOCKOUT_DELAY_MILLISECONDS: '0',
})

/** The same server, to whom every request brings a solved challenge where one is asked for. */
const solving: Server = {
  ...server,
  send: (route, options = {}) =>
    /register|forgot|resend|email-link$/.test(route)
      ? server.send(route, { ...options, json: { ...Object(options.json), captchaToken: passingToken() } })
      : server.send(route, options),
}

const expectAsked = (reply: Reply) => {
  expectProblem(reply, 403, 'captcha_required')
  expect(reply.json).toMatchObject({ provider: 'turnstile', siteKey })
  expect(reply.text).not.toContain(captchaSecret)
}

const always: [string, () => Record<string, string>][] = [
  ['POST /v1/auth/register', () => ({ email: freshEmail(), password: freshPassword() })],
  ['POST /v1/auth/password/forgot', () => ({ email: freshEmail() })],
  ['POST /v1/auth/email/verify/resend', () => ({ email: freshEmail() })],
  ['POST /v1/auth/email-link', () => ({ email: freshEmail() })],
]

test.each(always)('%s needs a challenge that was solved, and not before', async (route, body) => {
  const json = body()
  const asked = provider.asked.length
  expectAsked(await server.send(route, { json }))
  expect(provider.asked).toHaveLength(asked)
  expectAsked(await server.send(route, { json: { ...json, captchaToken: 'made-up' } }))
  const captchaToken = passingToken()
  expect((await server.send(route, { json: { ...json, captchaToken } })).status).toBe(202)
  expectAsked(await server.send(route, { json: { ...body(), captchaToken } }))
  expect(provider.asked.at(-1)).toMatchObject({ secret: captchaSecret, response: captchaToken, sitekey: siteKey })
})

test.each(always)('%s refuses what can be no token, and asks nobody', async (route, body) => {
  const asked = provider.asked.length
  const wrong = { '': 'too_small', ['x'.repeat(4097)]: 'too_big', 'a\u0000b': 'invalid_text' }
  for (const [captchaToken, code] of Object.entries(wrong)) {
    expectFaults(await server.send(route, { json: { ...body(), captchaToken } }), { '/captchaToken': code })
  }
  expect(provider.asked).toHaveLength(asked)
})

const guess = (email: string, more: object = {}, headers: Record<string, string> = {}) =>
  server.send('POST /v1/auth/login', { json: { email, password: freshPassword(), ...more }, headers })

/** What a caller sees of an answer, but for what is of the one request. */
const visible = ({ status, json }: Reply) => ({ status, body: { ...Object(json), instance: '', requestId: '' } })

test('a log-in needs none until so many failed, and then the same of an unknown address as of a known one', async () => {
  const [account, unknown] = [await given.provedAccount(solving), freshEmail()]
  for (let count = 0; count < failures; count += 1) {
    expect(visible(await guess(unknown))).toEqual(visible(await guess(account.email)))
    expectProblem(await guess(freshEmail()), 401, 'invalid_credentials')
  }
  const [known, other] = [await guess(account.email), await guess(unknown)]
  expectAsked(known)
  expect(visible(other)).toEqual(visible(known))
  // Nor is a right password, which nothing looked at.
  expectAsked(await server.send('POST /v1/auth/login', { json: account }))
  expectAsked(await guess(unknown, { captchaToken: 'made-up' }))
  expectProblem(await guess(unknown, { captchaToken: passingToken() }), 401, 'invalid_credentials')
  const json = { ...account, captchaToken: passingToken() }
  expect((await server.send('POST /v1/auth/login', { json })).status).toBe(200)
  // A success begins the count anew.
  expectProblem(await guess(account.email), 401, 'invalid_credentials')
})

test('a device that logged in to the account before is never asked; one of another account is', async () => {
  const [account, stranger] = [await given.provedAccount(solving), await given.provedAccount(solving)]
  const first = await server.send('POST /v1/auth/login', { json: account })
  const device = { 'device-token': first.headers.get('device-token') ?? '' }
  const { cookie } = await logInWithCookies(server, account)
  const foreign = await server.send('POST /v1/auth/login', { json: stranger })
  for (let count = 0; count < failures; count += 1) await guess(account.email)
  expectAsked(await server.send('POST /v1/auth/login', { json: account }))
  const strange = { 'device-token': foreign.headers.get('device-token') ?? '' }
  for (const headers of [
    strange,
    { 'device-token': 'pdt_made-up' },
    { 'device-token': `${device['device-token']}A` },
  ]) {
    expectAsked(await server.send('POST /v1/auth/login', { json: account, headers }))
  }
  for (const headers of [device, { ...cookie, ...fromOwnPage }]) {
    for (let count = 0; count <= failures; count += 1) {
      expectProblem(await guess(account.email, {}, headers), 401, 'invalid_credentials')
    }
  }
  const { status } = await server.send('POST /v1/auth/login', { json: account, headers: { ...cookie, ...fromOwnPage } })
  expect(status).toBe(200)
})

test('without the provider each route does as the table says: here nobody passes, and log-ins that need none go on', async () => {
  const account = await given.provedAccount(solving)
  const policy = Object((await server.send('GET /internal/policy')).json)
  const promised = new Map<string, Record<string, string>>(
    policy.routes.map(({ route, without }: { route: string; without: Record<string, string> }) => [route, without]),
  )
  provider.answerWith(() => new Response('', { status: 500 }))
  for (const [route, body] of always) {
    expect(promised.get(route)?.captcha).toBe('closed')
    const reply = await server.send(route, { json: { ...body(), captchaToken: passingToken() } })
    expectProblem(reply, 503, 'captcha_unavailable')
    expect(Number(reply.headers.get('retry-after'))).toBeWithin(1, 31)
    // Who brings none is told so, whether or not anybody could look at it.
    expectAsked(await server.send(route, { json: body() }))
  }
  expect((await server.send('POST /v1/auth/login', { json: account })).status).toBe(200)
  provider.answerAsUsual()
  await Bun.sleep(1100)
  const json = { email: freshEmail(), captchaToken: passingToken() }
  expect((await server.send('POST /v1/auth/password/forgot', { json })).status).toBe(202)
})
