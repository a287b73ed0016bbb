import { expect, test } from 'bun:test'
import { toPlace } from '#core/place'

for (const [parts, place] of [
  [{ city: 'Paris', region: 'Île-de-France', country: 'FR' }, 'Paris, Île-de-France, FR'],
  [{ city: 'Berlin', region: 'Berlin', country: 'DE' }, 'Berlin, DE'],
  [{ region: 'Texas', country: 'US' }, 'Texas, US'],
  [{ country: 'AQ' }, 'AQ'],
  [{ country: 'T1' }, 'Tor'],
  [{ country: 'XX' }, null],
  [{ country: 'france' }, null],
  [{ country: 'FRA' }, null],
  [{ country: 'F\n' }, null],
  [{ city: 'Paris' }, 'Paris'],
  [{ city: '  ', region: '\u200b', country: '' }, null],
  [{}, null],
] as const) {
  test(`${JSON.stringify(parts)} is ${place}`, () => {
    expect(toPlace(parts)).toBe(place)
  })
}

test('nothing in it ends a line, hides or turns around what follows', () => {
  const place = toPlace({ city: 'Pa\r\nris\u0000\u2028\u202eX\u2066', region: '\ud800Î\u0007le', country: 'FR' })
  expect(place).toBe('Pa ris X, \ufffdÎ le, FR')
})

test('it is short, however long the parts are, and cuts no character in two', () => {
  const place = toPlace({ city: '🏙'.repeat(100_000), region: 'R'.repeat(100_000), country: 'FR' }) ?? ''
  expect([...place].length).toBe(64 + 2 + 64 + 2 + 2)
  expect(place.isWellFormed()).toBe(true)
})
