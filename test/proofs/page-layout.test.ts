import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { act, confirming, linkedPages, problem, type StubbedPages, startStubbedPages } from './stubbed-pages'

let pages: StubbedPages

beforeAll(async () => {
  pages = await startStubbedPages()
}, 60_000)

afterAll(async () => {
  await pages?.[Symbol.asyncDispose]()
})

const leastTarget = 44
/** WCAG 2.2, 1.4.3 and 1.4.11. */
const leastContrast = { text: 4.5, edge: 3 }

type Colors = Record<'text' | 'background' | 'edge' | 'canvas', [red: number, green: number, blue: number]>

/** The colours of an element as they are painted: over its background, and that one over the canvas. */
const paintedColors = (page: Page, selector: string): Promise<Colors> =>
  page.locator(selector).evaluate((element) => {
    const context = document.createElement('canvas').getContext('2d')
    if (!context) throw new Error('This browser paints nothing.')
    const paint = (...layers: [color: string, opacity?: string][]): [number, number, number] => {
      for (const [color, opacity = '1'] of layers) {
        context.globalAlpha = Number(opacity)
        context.fillStyle = color
        context.fillRect(0, 0, 1, 1)
      }
      const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
      return [red, green, blue]
    }
    const { color, backgroundColor, borderLeftColor, opacity } = getComputedStyle(element)
    // What `Canvas` means depends on the scheme of the page, which a canvas does not know.
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.color = 'Canvas'
    const canvas = getComputedStyle(probe).color
    probe.remove()
    const ground: [string][] = [[canvas], [backgroundColor]]
    return {
      text: paint(...ground, [color, opacity]),
      background: paint(...ground),
      edge: paint([canvas], [borderLeftColor]),
      canvas: paint([canvas]),
    }
  })

const luminance = (color: number[]): number => {
  const [red = 0, green = 0, blue = 0] = color
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: number[], other: number[]): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.each(linkedPages)(`$path can be read and hit at 320 pixels, ${colorScheme}`, async (linked) => {
    const options = { colorScheme, viewport: { width: 320, height: 480 } }
    const { page } = await pages.open(linked, [problem(429, 'rate_limited')], options)
    await act(page)
    await page.getByRole('alert').getByText('Too many tries').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    for (const target of await page.locator('button, #password, label:has(input)').all()) {
      const { width = 0, height = 0 } = (await target.boundingBox()) ?? {}
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(leastTarget)
    }
    const selectors = [
      'h1',
      '#alarm',
      'button',
      ...((await page.locator('#password').count()) ? ['#password', '#hint'] : []),
    ]
    for (const selector of selectors) {
      const { text, background, edge, canvas } = await paintedColors(page, selector)
      expect(contrast(text, background), `text of ${selector}`).toBeGreaterThanOrEqual(leastContrast.text)
      expect(contrast(edge, canvas), `edge of ${selector}`).toBeGreaterThanOrEqual(leastContrast.edge)
    }
  })
}

test('a long address breaks rather than widening the page', async () => {
  const answer = { status: 200, json: { email: `${'a'.repeat(60)}@${'b'.repeat(60)}.example.com` } }
  const { page } = await pages.open(confirming, [answer], { viewport: { width: 320, height: 480 } })
  await act(page)
  await page.getByText('Your account now uses').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})

test.each(linkedPages)('$path says its task in title and heading, in a language, and moves nothing', async (linked) => {
  const { page, complaints } = await pages.open(linked, [], { reducedMotion: 'no-preference' })
  expect(await page.title()).toBe((await page.getByRole('heading', { level: 1 }).textContent()) ?? '')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.getByRole('main').count()).toBe(1)
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
  expect(await page.content()).not.toMatch(/transition|animation|@keyframes/)
  expect(complaints).toEqual([])
})

test.each(linkedPages)(
  '$path says that it needs scripts where there are none, and offers no button',
  async (linked) => {
    const { page } = await pages.open(linked, [], { javaScriptEnabled: false })
    expect(await page.locator('noscript p').isVisible()).toBe(true)
    expect(await page.getByRole('button').count()).toBe(0)
  },
)
