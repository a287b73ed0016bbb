import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { openTab } from '../proofs/chromium'
import { makeDataDirectory, type Settings, startBunServer } from '../support/bun-server'
import type { Server } from '../support/server'
import { startWorkerServer } from '../support/worker-server'
import { startExampleGateway } from './example-gateway'
import { openRealDatabase } from './real-postgres'
import { addAuthenticator, type VirtualAuthenticator } from './virtual-authenticator'

/** Why there is no browser here, if there is none. */
export const browserObstacle =
  Bun.which('chromium') || Bun.which('google-chrome') ? undefined : 'there is no chromium on the PATH'

const settings = (base: string) => ({
  ENVIRONMENT: 'test',
  RATE_LIMITS: 'off',
  LOCKOUT_DELAY_MILLISECONDS: '0',
  BASE_URL: base,
})

const starts: Record<string, (settings: Settings) => Promise<Server>> = {
  'on Bun': async (settings) => startBunServer({ ...settings, DATA_DIRECTORY: await makeDataDirectory() }),
  'in workerd': async (settings) => {
    const database = await openRealDatabase()
    const secret = crypto.getRandomValues(new Uint8Array(32)).toHex()
    const server = await startWorkerServer({ ...settings, SECRET: secret }, database.url)
    const stop = () => server.stop().then(() => database[Symbol.asyncDispose]())
    return { ...server, stop }
  },
}

/** The runtimes that a browser is shown. */
export const runtimes = Object.keys(starts)

/**
 * Starts a server of a runtime at `localhost`, since passkeys belong to a domain, with the example pages on its origin.
 * @param port where both are found
 */
export const startWithExamples = async (runtime: string, port: number, own: Settings = {}): Promise<Server> => {
  const start = starts[runtime]
  if (!start) throw new Error(`There is no runtime ${runtime}.`)
  const server = await start({ ...settings(`http://localhost:${port}`), ...own })
  const gateway = startExampleGateway(port, server.baseUrl)
  const stop = () => gateway.stop().then(server.stop)
  return { ...server, stop }
}

export interface Example {
  page: Page
  authenticator: VirtualAuthenticator
  /** What the page complained of, such as its own policy. */
  complaints: string[]
}

/**
 * The example page, in a browser with an authenticator. The address field offers passkeys only with `?autofill`, since the authenticator would say yes at once.
 */
export const openExample = async (browser: Browser, base: string): Promise<Example> => {
  const { page, complaints } = await openTab(browser)
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
