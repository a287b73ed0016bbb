import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Starts the Chromium or Chrome that is on the PATH, or else playwright's own, with nobody to phone home to. */
export const launchChromium = (): Promise<Browser> => {
  const executablePath = Bun.which('chromium') ?? Bun.which('google-chrome')
  return chromium.launch({ ...(executablePath && { executablePath }), args: quiet })
}

/** What a page complained of. An answer that is no success is not a complaint, though Chromium's console says so. */
const listenToComplaints = (page: Page): string[] => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return complaints
}

/** A tab of a browser of its own, without an address yet, and what its pages complain of, such as their own policy. */
export const openTab = async (
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> => {
  const page = await (await browser.newContext(options)).newPage()
  return { page, complaints: listenToComplaints(page) }
}
