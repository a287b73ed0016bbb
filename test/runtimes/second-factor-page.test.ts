import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { given } from '../given'
import { launchChromium, openTab } from '../proofs/chromium'
import { makeDataDirectory, startBunServer } from '../support/bun-server'
import { findFreePort } from '../support/free-port'
import type { Server } from '../support/server'
import { browserObstacle, codeOf } from './passkey-example'
import { addAuthenticator } from './virtual-authenticator'

if (browserObstacle) console.warn(`Skipped: the page of the second factor, since ${browserObstacle}.`)

describe.skipIf(browserObstacle !== undefined)('a mailed link, where everybody must have a second factor', () => {
  let browser: Browser
  let server: Server
  let base: string

  beforeAll(async () => {
    const port = String(findFreePort())
    base = `http://localhost:${port}`
    const settings = { PORT: port, BASE_URL: base, MFA_POLICY: 'required', MFA_GRACE_SECONDS: '0', RATE_LIMITS: 'off' }
    const start = async () =>
      startBunServer({ ENVIRONMENT: 'test', DATA_DIRECTORY: await makeDataDirectory(), ...settings })
    ;[browser, server] = await Promise.all([launchChromium(), start()])
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('leads to setting one up, and the next time to its code', async () => {
    const { email } = await given.provedAccount(server)
    const { page, complaints } = await openTab(browser)
    await addAuthenticator(page)
    const followLink = async () => {
      const { token } = await given.logInMail(server, email)
      await page.goto(`${base}/log-in#token=${token}`)
      await page.getByRole('button', { name: 'Log me in' }).click()
      await page.waitForURL(`${base}/second-factor#**`)
    }
    const typeCode = async (code: string) => {
      await page.getByLabel('Code from your app').fill(code)
      await page.getByRole('button', { name: 'Continue' }).click()
    }
    const end = () => page.getByText(`You are logged in as ${email}.`, { exact: true }).waitFor()

    await followLink()
    await page.locator('#qr svg').waitFor()
    const secret = (await page.locator('#secret').textContent()) ?? ''
    await typeCode('000000')
    await page.getByRole('alert').filter({ hasText: 'This code is not valid' }).waitFor()
    await typeCode(codeOf(secret, 0))
    await end()
    expect(page.url()).toBe(`${base}/second-factor`)

    await page.context().clearCookies()
    await followLink()
    await page.getByText('Your account has a second factor.').waitFor()
    expect(await page.getByRole('button', { name: 'Use a passkey' }).isVisible()).toBe(false)
    await typeCode(codeOf(secret, 1))
    await end()
    expect(complaints).toEqual([])
  }, 60_000)

  test('that was cut, or took too long, says so', async () => {
    const { page } = await openTab(browser)
    await page.goto(`${base}/second-factor`)
    await page.getByText('Log in again.').waitFor()
    await page.goto(`${base}/second-factor#token=plc_AAAA&methods=totp`)
    await page.getByLabel('Code from your app').fill('271828')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('This log-in was finished, or took too long. Log in again.').waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
  }, 30_000)
})
