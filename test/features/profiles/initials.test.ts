import { beforeAll, expect, test } from 'bun:test'
import { backgrounds } from '#features/profiles/draw-initials'
import { initialsOf } from '#features/profiles/initials-of'
import { openWorld, type World } from '../../platform'

let world: World
beforeAll(async () => {
  world = await openWorld()
})

const draw = (letters: string) => world.send(`GET /v1/avatars/initials/${encodeURIComponent(letters)}`)

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Augusta Ada King', 'AK'],
  ['ada@example.com', 'A'],
  ['élodie  ñandú', 'ÉÑ'],
  ['e\u0301lodie', 'É'],
  ['李小龍', '李'],
  ['שרה כהן', 'שכ'],
  ['عمر الخيام', 'عا'],
  ['किरण देसाई', 'किदे'],
  ['ßtraße', 'ß'],
  ['ﬁ', 'ﬁ'],
  ['"quoted" <tag>', 'QT'],
  ['👩🏽‍💻 Ada', 'A'],
  ['👩🏽‍💻', '?'],
  ['4chan', '4'],
  ['', '?'],
])('the initials of %p are %p', async (name, expected) => {
  const initials = initialsOf(name)
  expect(initials.slice(0, expected.length)).toBe(expected)
  expect((await draw(initials)).status).toBe(200)
})

test('initials are drawn by us alone: nothing runs in them, and they may be kept for ever', async () => {
  const { headers, text } = await draw('AL')
  expect(text).toMatch(
    /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*><rect [^>]*\/><text [^>]*>AL<\/text><\/svg>$/,
  )
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/svg+xml; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  expect((await draw('AL')).text).toBe(text)
})

test('what is no initials is not found', async () => {
  for (const letters of [
    'ABC',
    '<b',
    '<',
    '&',
    '"',
    "'",
    'A<',
    '\0',
    'A\n',
    '..',
    ' ',
    '👩',
    'A'.repeat(64),
    `A${'\u0300'.repeat(6)}`,
  ]) {
    expect({ letters, status: (await draw(letters)).status }).toEqual({ letters, status: 404 })
  }
  for (const path of ['%ff', '%2e%2e', 'A%00']) {
    expect((await world.send(`GET /v1/avatars/initials/${path}`)).status).toBe(404)
  }
})

/** WCAG 2.2: relative luminance. */
const luminance = (colour: string) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('white letters can be read on every colour', () => {
  for (const colour of backgrounds) expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5)
})
