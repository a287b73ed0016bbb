import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { given } from '../given'
import { launchChromium, openTab } from '../proofs/chromium'
import { findFreePort } from '../support/free-port'
import { type OpenIdServer, oauthClient, startOpenIdProvider } from '../support/openid-provider'
import type { Server } from '../support/server'
import { browserObstacle, runtimes, startWithExamples } from './passkey-example'

if (browserObstacle) console.warn(`Skipped: log-ins at other providers in a real browser, since ${browserObstacle}.`)

describe.skipIf(browserObstacle !== undefined).each(runtimes)('a real browser, %s', (runtime) => {
  let browser: Browser
  let server: Server
  let acme: OpenIdServer
  let base: string

  beforeAll(async () => {
    const port = findFreePort()
    base = `http://localhost:${port}`
    acme = await startOpenIdProvider(`${base}/v1/auth/oauth/acme/callback`)
    const settings = {
      OAUTH_ACME_ISSUER: acme.issuer,
      OAUTH_ACME_CLIENT_ID: oauthClient.clientId,
      OAUTH_ACME_CLIENT_SECRET: oauthClient.clientSecret,
    }
    ;[browser, server] = await Promise.all([launchChromium(), startWithExamples(runtime, port, settings)])
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await acme?.stop()
  })

  const openPage = async () => {
    const { page, complaints } = await openTab(browser)
    await page.goto(`${base}/examples/federation`)
    return { page, complaints }
  }

  const go = async (page: Page) => {
    await page.getByLabel('Provider').fill('acme')
    await page.locator('#go-button').click()
  }

  test('logs in at another provider, which makes an account, and the next time finds it', async () => {
    const email = `person-${crypto.randomUUID()}@example.com`
    acme.person = { sub: crypto.randomUUID(), email, email_verified: true, name: 'Ada' }
    const { page, complaints } = await openPage()
    await go(page)
    await page.getByRole('status').filter({ hasText: 'You are logged in.' }).waitFor()
    expect(page.url()).toBe(`${base}/examples/federation`)
    expect(await page.locator('#email').textContent()).toBe(email)
    expect(await page.locator('#amr').textContent()).toBe('fed')
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('button', { name: 'Log in there' }).waitFor()
    await go(page)
    await page.getByRole('status').filter({ hasText: 'You are logged in.' }).waitFor()
    expect(await page.locator('#identities li').count()).toBe(1)
    expect(complaints).toEqual([])
  }, 60_000)

  test('is told what to do where the provider vouches for no address', async () => {
    const { email } = await given.provedAccount(server)
    acme.person = { sub: crypto.randomUUID(), email, email_verified: false }
    const { page } = await openPage()
    await go(page)
    await page
      .getByRole('alert')
      .filter({ hasText: 'The other provider does not vouch for an e-mail address.' })
      .waitFor()
    expect(await page.locator('#inside').isVisible()).toBe(false)
  }, 60_000)
})
