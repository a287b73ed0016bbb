import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { examplePages } from '#platform/example-pages'
import { openTab } from '../proofs/chromium'
import { makeDataDirectory, startBunServer } from '../support/bun-server'
import type { Server } from '../support/server'
import { startWorkerServer } from '../support/worker-server'
import { openRealDatabase } from './real-postgres'
import { addAuthenticator, type VirtualAuthenticator } from './virtual-authenticator'

/** Why there is no browser here, if there is none. */
export const browserObstacle =
  Bun.which('chromium') || Bun.which('google-chrome') ? undefined : 'there is no chromium on the PATH'

const settings = (port: string) => ({
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  LOCKOUT_DELAY_MILLISECONDS: '0',
  PORT: port,
  BASE_URL: `http://localhost:${port}`,
})

/** Each starts a server of its runtime at `localhost`, since passkeys belong to a domain. */
export const runtimes: Record<string, (port: string) => Promise<Server>> = {
  'on Bun': async (port) => startBunServer({ ...settings(port), DATA_DIRECTORY: await makeDataDirectory() }),
  'in workerd': async (port) => {
    const database = await openRealDatabase()
    const secret = crypto.getRandomValues(new Uint8Array(32)).toHex()
    const server = await startWorkerServer({ ...settings(port), SECRET: secret }, database.url)
    const stop = () => server.stop().then(() => database[Symbol.asyncDispose]())
    return { ...server, stop }
  },
}

export interface Example {
  page: Page
  authenticator: VirtualAuthenticator
  /** What the page complained of, such as its own policy. */
  complaints: string[]
}

/**
 * The example page, in a browser with an authenticator. Only Bun serves it; the Worker's origin has it from the same
 * files. The address field offers passkeys only with `?autofill`, since the authenticator would say yes at once.
 */
export const openExample = async (browser: Browser, base: string): Promise<Example> => {
  const { page, complaints } = await openTab(browser)
  for (const [path, answer] of Object.entries(examplePages)) {
    await page.route(`${base}${path}`, async (route) => {
      const response = await answer()
      await route.fulfill({ headers: Object.fromEntries(response.headers), body: await response.text() })
    })
  }
  await page.route(`${base}/examples/passkeys?autofill`, async (route) => {
    const response = await examplePages['/examples/passkeys']?.()
    await route.fulfill({ headers: Object.fromEntries(response?.headers ?? []), body: (await response?.text()) ?? '' })
  })
  await page.addInitScript(() => {
    if (location.search !== '?autofill') PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  const authenticator = await addAuthenticator(page)
  await page.goto(`${base}/examples/passkeys`)
  return { page, authenticator, complaints }
}

/** Has the page's browser sign a challenge, and gives what it would send. */
export const makeAssertion = (page: Page, options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> =>
  page.evaluate(async (json) => {
    const credential = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json),
    })
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null
  }, options)

/** The code that an app shows now, or so many steps later. */
export const codeOf = (secret: string, stepsAhead: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsAhead * 30_000 })
