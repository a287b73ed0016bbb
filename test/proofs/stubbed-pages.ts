import type { BrowserContextOptions, Page } from 'playwright-core'
import { startServer } from '../runtimes/server-process'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { launchChromium, openTab } from './chromium'

/** As long as a real one. */
export const token = 'Ab-_'.repeat(11).slice(0, 43)
export const password = 'correct horse battery staple'

/** What a stub of the API answers; undefined where there is no connection. */
export type Answer = { status: number; json?: object; headers?: Record<string, string> } | undefined

/** A page behind the links in mails, and how its success goes. */
export interface LinkedPage {
  path: string
  api: string
  sent: Record<string, string>
  answer: Answer
  done: string
}

export const verifying: LinkedPage = {
  path: '/verify-email',
  api: '/v1/auth/email/verify',
  sent: { token },
  answer: { status: 200, json: { activation: { canLogin: true } } },
  done: 'Thank you. Your address is proved; you can log in now.',
}

export const resetting: LinkedPage = {
  path: '/reset-password',
  api: '/v1/auth/password/reset',
  sent: { token, newPassword: password },
  answer: { status: 204 },
  done: 'Your password is changed and every session has ended. Log in with it.',
}

export const loggingIn: LinkedPage = {
  path: '/log-in',
  api: '/v1/auth/email-link/consume',
  sent: { token, transport: 'cookie' },
  answer: { status: 200, json: { tokenType: 'Cookie', user: { email: 'ada@example.com' } } },
  done: 'You are logged in as ada@example.com.',
}

export const confirming: LinkedPage = {
  path: '/confirm-email',
  api: '/v1/me/email/change/confirm',
  sent: { token },
  answer: { status: 200, json: { email: 'ada+<b>$&@example.com' } },
  done: 'Your account now uses ada+<b>$&@example.com.',
}

const unlocking: LinkedPage = {
  path: '/unlock',
  api: '/v1/auth/unlock',
  sent: { token },
  answer: { status: 204 },
  done: 'Log-ins to your account are open again.',
}

/** Not among those below: it posts as whoever is signed in. */
export const joining: LinkedPage = {
  path: '/accept-invitation',
  api: '/v1/organizations/invitations/accept',
  sent: { token },
  answer: { status: 200, json: { name: 'Engines <b>$& Co' } },
  done: 'You belong to Engines <b>$& Co now.',
}

export const linkedPages = [verifying, resetting, loggingIn, confirming, unlocking]

export const problem = (
  status: number,
  code: string,
  extensions: object = {},
  headers: Record<string, string> = {},
): Answer => ({
  status,
  json: { status, code, detail: `Detail of ${code}.`, ...extensions },
  headers: { 'content-type': 'application/problem+json', ...headers },
})

export interface OpenPage {
  page: Page
  /** Of the page's script and of its policy. */
  complaints: string[]
  /** What reached the API. */
  sent: { path: string; json: unknown }[]
}

export interface StubbedPages extends AsyncDisposable {
  base: string
  /** Opens a page of the real server; the API answers in turn as given, as soon as given, at last always the same. */
  open(
    linked: LinkedPage,
    answers?: (Answer | Promise<Answer>)[],
    options?: BrowserContextOptions,
    hash?: string,
  ): Promise<OpenPage>
}

const stubApi = async (page: Page, answers: (Answer | Promise<Answer>)[]): Promise<OpenPage['sent']> => {
  const sent: OpenPage['sent'] = []
  await page.route('**/v1/**', async (route) => {
    const request = route.request()
    sent.push({ path: request.url().replace(/^https?:\/\/[^/]+/, ''), json: request.postDataJSON() })
    const answer = await answers[Math.min(sent.length, answers.length) - 1]
    await (answer ? route.fulfill(answer) : route.abort('internetdisconnected'))
  })
  return sent
}

/** Starts the real server and a browser; only the API's answers are stubs. */
export const startStubbedPages = async (): Promise<StubbedPages> => {
  const port = String(findFreePort())
  const base = `http://localhost:${port}`
  const [browser, server] = await Promise.all([
    launchChromium(),
    startServer({ PORT: port, BASE_URL: base, DATA_DIRECTORY: makeTemporaryFolder() }),
  ])
  return {
    base,
    open: async ({ path }, answers = [], options = {}, hash = `#token=${token}`) => {
      const { page, complaints } = await openTab(browser, options)
      const sent = await stubApi(page, answers)
      await page.goto(base + path + hash)
      return { page, complaints, sent }
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await server.stop('SIGTERM')
    },
  }
}

export const focusedId = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id)

/** Does what the page asks for. */
export const act = async (page: Page): Promise<void> => {
  if (await page.locator('#password').isVisible()) await page.fill('#password', password)
  await page.click('#confirm')
}
