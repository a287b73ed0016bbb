import { afterAll, beforeEach, expect, test } from 'bun:test'
import { makeDataDirectory } from '../support/bun-server'
import { captchaSecret, passingToken, siteKey, startSiteverify } from '../support/siteverify'
import { startServer } from './server-process'

const provider = startSiteverify()
afterAll(() => provider.stop())
beforeEach(() => provider.answerAsUsual())

const silent = (): Promise<Response> => new Promise(() => {})

const passes = { open: 201, closed: 503 }

for (const outage of ['open', 'closed'] as const) {
  test(`a provider that falls silent costs at most two seconds, then nobody any time, and CAPTCHA_OUTAGE=${outage} holds`, async () => {
    await using server = await startServer({
      DATA_DIRECTORY: await makeDataDirectory(),
      CAPTCHA_PROVIDER: 'hcaptcha',
      CAPTCHA_SECRET: captchaSecret,
      CAPTCHA_SITE_KEY: siteKey,
      CAPTCHA_URL: provider.url,
      CAPTCHA_OUTAGE: outage,
    })
    const register = async (captchaToken?: string) => {
      const json = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID(), captchaToken }
      const startedAt = performance.now()
      const response = await fetch(`${server.url}/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      })
      return { status: response.status, text: await response.text(), took: performance.now() - startedAt }
    }
    const policy = async () => Object(await (await fetch(`${server.url}/internal/policy`)).json())
    const { routes } = await policy()
    const registration = routes.find(({ route }: { route: string }) => route === 'POST /v1/auth/register')
    expect(registration.without.captcha).toBe(outage)

    expect((await register(passingToken())).status).toBe(201)
    provider.answerWith(silent)
    const slow = await Promise.all(Array.from({ length: 3 }, () => register(passingToken())))
    for (const { status, took } of slow) {
      expect(status).toBe(passes[outage])
      expect(took).toBeWithin(1900, 3500)
    }
    const quick = await register(passingToken())
    expect(quick.status).toBe(passes[outage])
    expect(quick.took).toBeLessThan(1000)
    // An outage opens no door for who brings nothing at all.
    expect((await register()).status).toBe(403)
    expect((await policy()).outages).toContainEqual(
      expect.objectContaining({ dependency: 'captcha', mode: outage, inForce: true, count: 4 }),
    )

    provider.answerAsUsual()
    await Bun.sleep(1100)
    expect((await register('made-up')).status).toBe(403)
    expect((await register(passingToken())).status).toBe(201)
    const told = [...slow, quick].map(({ text }) => text).join('') + server.output() + server.errors()
    expect(told).toContain('captcha')
    expect(told).not.toContain(captchaSecret)
    expect(told).not.toContain('passing-')
  }, 60_000)
}
