import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGeoDatabase } from '#platform/geo-database'
import { geoDatabase, writeGeoDatabase } from '../support/geo-database'

const folder = await mkdtemp(join(tmpdir(), 'geo-'))
afterAll(() => rm(folder, { recursive: true }))

const openFile = async (bytes: Uint8Array) => {
  const path = join(folder, `${crypto.randomUUID()}.mmdb`)
  await Bun.write(path, bytes)
  return openGeoDatabase(path)
}

const findPlace = await openFile(geoDatabase())

for (const [address, place] of [
  ['81.2.69.160', 'London, England, GB'],
  ['127.0.0.1', 'Köln, DE'],
  ['89.160.20.112', 'SE'],
  ['2.125.160.216', 'Evil Town'],
  ['203.0.113.7', null],
  ['2001:db8::1', null],
  ['no address', null],
] as const) {
  test(`${address} is in ${place}`, () => {
    expect(findPlace(address)).toBe(place)
  })
}

test('a file that is not there, is none, or is cut off is said to be so', async () => {
  await expect(openGeoDatabase(join(folder, 'nowhere.mmdb'))).rejects.toThrow(
    /GEO_DATABASE_PATH: .*nowhere.mmdb can’t be read/,
  )
  await expect(openGeoDatabase(folder)).rejects.toThrow(/can’t be read/)
  for (const bytes of [
    new Uint8Array(),
    new TextEncoder().encode('no database'),
    geoDatabase().slice(0, 200),
    geoDatabase().slice(0, -40),
  ]) {
    await expect(openFile(bytes)).rejects.toThrow(/GEO_DATABASE_PATH: .* is damaged, or no MaxMind database/)
  }
})

test('a database about something else is refused', async () => {
  await expect(openFile(writeGeoDatabase({ '1.0.0.0/8': { isp: 'x' } }, 'GeoLite2-ASN'))).rejects.toThrow(
    /knows no cities or countries; it is of type GeoLite2-ASN/,
  )
})

test('records that are damaged, or of another shape, cost a place and nothing else', async () => {
  const odd = await openFile(
    writeGeoDatabase({
      '1.0.0.0/8': 'a text',
      '2.0.0.0/8': { city: 'a text', country: [] },
      '3.0.0.0/8': { city: { names: {} }, subdivisions: [], country: { iso_code: 7 } },
      '4.0.0.0/8': { city: { names: { en: 7 } }, subdivisions: 'none', country: { iso_code: 'FR' } },
    }),
  )
  for (const first of [1, 2, 3, 4]) expect(odd(`${first}.2.3.4`)).toBeNull()
  const bytes = geoDatabase()
  for (let place = 0; place < bytes.length - 300; place += 7) {
    const broken = bytes.slice()
    broken[place] = 0xff
    const find = await openFile(broken).catch(() => undefined)
    expect(() => find?.('81.2.69.160')).not.toThrow()
  }
})
