import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { newAddress, password, post } from '../runtimes/account'
import { type ServerProcess, startServer } from '../runtimes/server-process'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'

const quiet = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync']

let browser: Browser
let server: ServerProcess
let base: string

beforeAll(async () => {
  const executablePath = Bun.which('chromium') ?? Bun.which('google-chrome') ?? undefined
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quiet })
  const port = String(findFreePort())
  base = `http://localhost:${port}`
  server = await startServer({
    PORT: port,
    BASE_URL: base,
    DATA_DIRECTORY: makeTemporaryFolder(),
    EMAIL_VERIFICATION: 'required',
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await server?.stop('SIGTERM')
})

/** A page that fails the test when it complains, as it does when its own policy refuses a part of it. */
const openPage = async (path: string): Promise<{ page: Page; complaints: string[] }> => {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(base + path)
  return { page, complaints }
}

const send = (page: Page, method: string, path: string, body?: object) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(path, { method, ...(body && { headers, body: JSON.stringify(body) }) })
      return { status: response.status, text: await response.text() }
    },
    [method, path, body] as const,
  )

test('a person proves an address by the mailbox’s link and one click, and a second click says that it was used', async () => {
  const email = newAddress()
  await post(base, '/auth/register', { email, password, name: 'Ada <b>' })
  const { page, complaints } = await openPage(`/dev/mailbox?to=${email}`)
  await page.frameLocator('iframe').first().locator('a').first().click()
  await page.waitForURL('**/verify-email#token=*')
  const link = page.url()
  await page.click('#confirm')
  await page.getByText('Your address is proved').waitFor()
  expect(complaints).toEqual([])
  await page.goto(link)
  await page.click('#confirm')
  await page.getByText('was used').waitFor()

  const cookies = page.context()
  const logIn = await send(page, 'POST', '/v1/auth/login', { email, password, transport: 'cookie' })
  expect(logIn.status).toBe(200)
  expect(logIn.text).not.toMatch(/accessToken|refreshToken/)
  expect(await cookies.cookies()).toEqual(
    Array(3).fill(expect.objectContaining({ httpOnly: true, secure: true, sameSite: 'Lax' })),
  )
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect((await send(page, 'PATCH', '/v1/me', { name: 'Ada' })).status).toBe(200)
  expect((await send(page, 'POST', '/v1/auth/refresh', {})).status).toBe(200)
  expect((await send(page, 'POST', '/v1/auth/logout')).status).toBe(204)
  expect((await cookies.cookies()).map(({ name }) => name)).toEqual(['__Host-device'])
  expect((await send(page, 'GET', '/v1/me')).status).toBe(401)
}, 60_000)

test('the reference shows the routes, loads nothing from elsewhere, and breaks none of its own policy', async () => {
  const { page, complaints } = await openPage('/docs')
  await page.getByText('Exchange a refresh token').first().waitFor()
  expect(complaints).toEqual([])
}, 60_000)
