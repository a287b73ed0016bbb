import { afterAll, beforeEach, expect, test } from 'bun:test'
import { parseConfig } from '#core/config'
import { createCaptcha } from '#platform/captcha'
import { captchaSecret, passingToken, siteKey, startSiteverify } from '../support/siteverify'

const provider = startSiteverify()
afterAll(() => provider.stop())
beforeEach(() => {
  provider.asked.length = 0
  provider.answerAsUsual()
})

/** A verifier, with a clock in our hands for its breaker. */
const openCaptcha = (settings: Record<string, string> = {}) => {
  const parsed = parseConfig({
    ...{ ENVIRONMENT: 'test', SECRET: 'a secret of thirty-two bytes or more' },
    ...{ CAPTCHA_PROVIDER: 'turnstile', CAPTCHA_SECRET: captchaSecret, CAPTCHA_SITE_KEY: siteKey },
    CAPTCHA_URL: provider.url,
    ...settings,
  })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  let now = Date.now()
  const captcha = createCaptcha(parsed.config, { now: () => new Date(now) })
  return {
    verify: (token: string, address: string | null = '203.0.113.7') => captcha.verify(token, address),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test.each(['turnstile', 'hcaptcha'])(
  '%s is asked with our secret, the token, our key and the address',
  async (name) => {
    const { verify } = openCaptcha({ CAPTCHA_PROVIDER: name })
    const token = passingToken()
    expect(await verify(token)).toBe('solved')
    expect(provider.asked).toEqual([
      { secret: captchaSecret, response: token, sitekey: siteKey, remoteip: '203.0.113.7' },
    ])
    expect(await verify(passingToken(), null)).toBe('solved')
    expect(provider.asked[1]).not.toHaveProperty('remoteip')
  },
)

test('a token that is made up, was used before, or holds another form’s fields is not solved', async () => {
  const { verify } = openCaptcha()
  const token = passingToken()
  await verify(token)
  expect(await verify(token)).toBe('unsolved')
  expect(await verify('made-up')).toBe('unsolved')
  expect(await verify(`x&response=${passingToken()}&secret=other`)).toBe('unsolved')
  expect(provider.asked.map(({ secret }) => secret)).toEqual(Array.from({ length: 4 }, () => captchaSecret))
})

const refusal = (codes: string[], status = 200) => Response.json({ success: false, 'error-codes': codes }, { status })

test.each([
  ['a malformed token', () => refusal(['bad-request'])],
  ['a malformed token, with its status', () => refusal(['bad-request'], 400)],
  ['an expired token', () => refusal(['expired-input-response'])],
  ['no reason', () => Response.json({ success: false })],
  ['reasons that are none', () => Response.json({ success: false, 'error-codes': 'many' })],
])('a refusal for %s is a verdict: a caller could bring it about, and must not pass by it', async (_, answer) => {
  const { verify } = openCaptcha()
  provider.answerWith(answer)
  for (let count = 0; count < 4; count += 1) expect(await verify('whatever')).toBe('unsolved')
})

test.each<[string, () => Response | Promise<Response>]>([
  ['says that our secret is wrong', () => refusal(['invalid-input-secret'])],
  ['says that our secret is missing', () => refusal(['missing-input-secret'], 400)],
  ['says that it failed itself', () => refusal(['internal-error'])],
  ['says that our keys do not match', () => refusal(['sitekey-secret-mismatch'])],
  ['fails', () => new Response('Internal Server Error', { status: 500 })],
  ['fails, whatever it says', () => Response.json({ success: true }, { status: 503 })],
  ['limits us', () => Response.json({ success: false }, { status: 429 })],
  ['answers with a page', () => new Response('<h1>Hello</h1>', { headers: { 'content-type': 'text/html' } })],
  ['answers with nothing', () => new Response(null, { status: 204 })],
  ['answers with null', () => Response.json(null)],
  ['answers with a text for success', () => Response.json({ success: 'true' })],
  ['answers with success and our fault', () => Response.json({ success: true, 'error-codes': ['internal-error'] })],
  ['refuses with success', () => Response.json({ success: true }, { status: 403 })],
  ['sends us elsewhere', () => Response.redirect(provider.url, 307)],
  [
    'sends us elsewhere with success',
    () => Response.json({ success: true }, { status: 302, headers: { location: '/' } }),
  ],
])('nobody is judged when the provider %s', async (_, answer) => {
  const { verify } = openCaptcha()
  provider.answerWith(answer)
  expect(await verify(passingToken())).toBe('unavailable')
  expect(provider.asked).toHaveLength(1)
})

const hanging = (): Promise<Response> => new Promise(() => {})
const stalling = () =>
  new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"success":')) }))

test('a provider that is silent, or stops in the middle of an answer, is given two seconds', async () => {
  const startedAt = performance.now()
  provider.answerWith(({ response }) => (response === 'silent' ? hanging() : stalling()))
  const verdicts = ['silent', 'stalling'].map((token) => openCaptcha().verify(token))
  expect(await Promise.all(verdicts)).toEqual(['unavailable', 'unavailable'])
  expect(performance.now() - startedAt).toBeWithin(1900, 2800)
})

test('nobody waits for a provider that keeps failing; after a second one asks, and then all do again', async () => {
  const { verify, advance } = openCaptcha()
  provider.answerWith(() => new Response('', { status: 500 }))
  for (let count = 0; count < 5; count += 1) expect(await verify(passingToken())).toBe('unavailable')
  expect(provider.asked).toHaveLength(3)
  advance(1001)
  expect(await verify(passingToken())).toBe('unavailable')
  expect(await verify(passingToken())).toBe('unavailable')
  expect(provider.asked).toHaveLength(4)
  provider.answerAsUsual()
  advance(1001)
  expect(await verify(passingToken())).toBe('solved')
  expect(await verify('made-up')).toBe('unsolved')
})

test('a provider whose port is shut is away', async () => {
  const { verify } = openCaptcha({ CAPTCHA_URL: 'http://127.0.0.1:9/siteverify' })
  expect(await verify(passingToken())).toBe('unavailable')
})

test('where no challenge is asked for nobody is asked', async () => {
  const { verify } = openCaptcha({ CAPTCHA_PROVIDER: 'off' })
  expect(await verify(passingToken())).toBe('unavailable')
  expect(provider.asked).toEqual([])
})
