import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { MfaChallenge } from '#features/authenticators/log-in-contract'
import { PasskeyRequestOptions } from '#features/authenticators/passkey-contract'
import { type Account, given } from '../given'
import { launchChromium } from '../proofs/chromium'
import { findFreePort } from '../support/free-port'
import type { Server } from '../support/server'
import {
  browserObstacle,
  codeOf,
  type Example,
  makeAssertion,
  openExample,
  runtimes,
  startWithExamples,
} from './passkey-example'

if (browserObstacle) console.warn(`Skipped: passkeys in a real browser, since ${browserObstacle}.`)

describe.skipIf(browserObstacle !== undefined).each(runtimes)('a real browser, %s', (runtime) => {
  let browser: Browser
  let server: Server
  let base: string

  beforeAll(async () => {
    const port = findFreePort()
    base = `http://localhost:${port}`
    ;[browser, server] = await Promise.all([launchChromium(), startWithExamples(runtime, port)])
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const logInByPassword = async (page: Page, { email, password }: Account) => {
    await page.locator('#log-in [name=email]').fill(email)
    await page.locator('#log-in [name=password]').fill(password)
    await page.getByRole('button', { name: 'Log in', exact: true }).click()
  }

  const news = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

  const addPasskey = async (page: Page, account: Account) => {
    await logInByPassword(page, account)
    await news(page, 'You are logged in.')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await news(page, 'The passkey is added.')
  }

  const logOut = async (page: Page) => {
    await page.getByRole('button', { name: 'Log out' }).click()
    await news(page, 'You are logged out.')
  }

  test('makes a passkey, and logs in with it, with and without a user name', async () => {
    const account = await given.provedAccount(server)
    const { page, authenticator, complaints } = await openExample(browser, base)
    await addPasskey(page, account)
    expect(await authenticator.countPasskeys()).toBe(1)
    expect(await page.locator('#codes pre').textContent()).toMatch(/^([0-9a-z]{4}(-[0-9a-z]{4}){3}\n?){10}$/)

    await logOut(page)
    await page.getByRole('button', { name: 'Use a passkey instead' }).click()
    await news(page, 'You are logged in with a passkey.')
    expect(await page.locator('#email').textContent()).toBe(account.email)
    expect(await page.locator('#acr').textContent()).toBe('aal2')

    await logOut(page)
    await logInByPassword(page, account)
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    await page.locator('#second-with-passkey').click()
    await news(page, 'You are logged in with two factors.')
    expect(await page.locator('#amr').textContent()).toMatch(/^pwd, [hs]wk, user, mfa$/)
    expect(complaints).toEqual([])
  }, 60_000)

  test('is offered the passkey by the address field itself', async () => {
    const account = await given.provedAccount(server)
    const example = await openExample(browser, base)
    await addPasskey(example.page, account)
    await logOut(example.page)
    // The authenticator says yes by itself, as soon as the browser has something to offer.
    await example.page.goto(`${base}/examples/passkeys?autofill`)
    await news(example.page, 'You are logged in with a passkey.')
    expect(await example.page.locator('#email').textContent()).toBe(account.email)
    expect(example.complaints).toEqual([])
  }, 60_000)

  test('sets up an app, is asked again for what needs it, and takes a passkey away', async () => {
    const account = await given.provedAccount(server)
    const { page, complaints } = await openExample(browser, base)
    await addPasskey(page, account)
    await page.getByRole('button', { name: 'Set up an app' }).click()
    const secret = await page
      .locator('#secret')
      .filter({ hasText: /^[A-Z2-7]{32}$/ })
      .textContent()
    expect(await page.locator('#qr svg').isVisible()).toBe(true)
    await page.locator('#confirm-app [name=code]').fill(codeOf(secret ?? '', 0))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await news(page, 'The app is set up.')

    await logOut(page)
    await logInByPassword(page, account)
    await page.locator('#code-form [name=code]').fill(codeOf(secret ?? '', 1))
    await page.getByRole('button', { name: 'Continue' }).click()
    await news(page, 'You are logged in with two factors.')
    await page.getByRole('button', { name: 'Remove This device' }).click()
    await news(page, 'The passkey is removed.')
    expect(await page.locator('#passkeys li').count()).toBe(0)
    expect(complaints).toEqual([])
  }, 60_000)

  /** What the server makes of an assertion for a log-in. */
  const verify = (response: unknown) => server.send('POST /v1/auth/passkey/verify', { json: { response } })

  const options = async (json: object = {}) =>
    PasskeyRequestOptions.parse((await server.send('POST /v1/auth/passkey/options', { json })).json)

  const withPasskey = async (): Promise<Example & { account: Account }> => {
    const account = await given.provedAccount(server)
    const example = await openExample(browser, base)
    await addPasskey(example.page, account)
    return { ...example, account }
  }

  const refusal = { status: 400, json: expect.objectContaining({ code: 'invalid_passkey' }) }

  test('is refused from another origin', async () => {
    const { page } = await withPasskey()
    expect(await verify(await makeAssertion(page, await options()))).toMatchObject({ status: 200 })
    // Of the same domain, so that the browser takes part, but not one of our pages.
    const elsewhere = 'http://localhost:9'
    await page.route(`${elsewhere}/**`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Trust me.' }))
    await page.goto(elsewhere)
    expect(await verify(await makeAssertion(page, await options()))).toMatchObject(refusal)
  }, 60_000)

  test('is refused with a challenge that was used, and with another account’s', async () => {
    const { page, account } = await withPasskey()
    const asked = await options()
    expect(await verify(await makeAssertion(page, asked))).toMatchObject({ status: 200 })
    expect(await verify(await makeAssertion(page, asked))).toMatchObject(refusal)

    const challengeOf = async ({ email, password }: Account) =>
      MfaChallenge.parse((await server.send('POST /v1/auth/login', { json: { email, password } })).json).challenge.token
    const other = await withPasskey()
    const ofOther = await options({ challengeToken: await challengeOf(other.account) })
    const challengeToken = await challengeOf(account)
    const response = await makeAssertion(page, { ...ofOther, allowCredentials: [] })
    const json = { challengeToken, method: 'passkey', response }
    expect(await server.send('POST /v1/auth/mfa/verify', { json })).toMatchObject(refusal)
  }, 60_000)

  test('is refused where the authenticator did not verify its user', async () => {
    const { page, authenticator } = await withPasskey()
    await authenticator.setUserVerified(false)
    const lax = { ...(await options()), userVerification: 'discouraged' }
    expect(await verify(await makeAssertion(page, lax))).toMatchObject(refusal)
    await authenticator.setUserVerified(true)
    expect(await verify(await makeAssertion(page, await options()))).toMatchObject({ status: 200 })
  }, 60_000)

  test('is refused where the counter of the passkey goes back', async () => {
    const { page, authenticator } = await withPasskey()
    for (let use = 0; use < 3; use += 1) {
      expect(await verify(await makeAssertion(page, await options()))).toMatchObject({ status: 200 })
    }
    await authenticator.setCounter(1)
    expect(await verify(await makeAssertion(page, await options()))).toMatchObject(refusal)
  }, 60_000)
})
