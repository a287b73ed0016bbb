import { expect, test } from 'bun:test'
import { type NamedArchive, nameArchive, readArchiveName } from '../../src/backups/archive-names'
import { chooseExpired, type Retention } from '../../src/backups/choose-expired'

const nothing: Retention = { last: 0, daily: 0, weekly: 0, monthly: 0 }

const archiveOf = (moment: string): NamedArchive => ({ name: moment, createdAt: new Date(moment), isEncrypted: true })

/** Four a day, for 100 days until the last of November. */
const many = Array.from({ length: 400 }, (_, at) =>
  archiveOf(new Date(Date.UTC(2026, 10, 30, 18) - at * 6 * 3_600_000).toISOString()),
)

const keptOf = (archives: NamedArchive[], retention: Partial<Retention>) => {
  const expired = new Set(chooseExpired(archives, { ...nothing, ...retention }))
  return archives.filter((archive) => !expired.has(archive)).map(({ name }) => name.slice(0, 13))
}

test('the last ones, and the newest of each day, week and month, in whatever order they come', () => {
  const shuffled = many.toReversed()
  expect(keptOf(many, { last: 3 })).toEqual(['2026-11-30T18', '2026-11-30T12', '2026-11-30T06'])
  expect(keptOf(shuffled, { daily: 3 })).toEqual(['2026-11-28T18', '2026-11-29T18', '2026-11-30T18'])
  // The last of November is a Monday: a week of its own.
  expect(keptOf(many, { weekly: 3 })).toEqual(['2026-11-30T18', '2026-11-29T18', '2026-11-22T18'])
  expect(keptOf(many, { monthly: 9 })).toEqual(['2026-11-30T18', '2026-10-31T18', '2026-09-30T18', '2026-08-31T18'])
  expect(keptOf(many, { last: 2, daily: 2, monthly: 2 })).toEqual([
    ...['2026-11-30T18', '2026-11-30T12', '2026-11-29T18', '2026-10-31T18'],
  ])
})

test('days without a backup don’t count, so that a pause costs nothing', () => {
  const few = ['2026-11-01T01:00:00Z', '2025-03-02T01:00:00Z', '2024-02-29T01:00:00Z'].map(archiveOf)
  expect(keptOf(few, { daily: 2 })).toEqual(['2026-11-01T01', '2025-03-02T01'])
})

test('the newest stays, whatever is asked', () => {
  expect(keptOf(many, {})).toEqual(['2026-11-30T18'])
  expect(chooseExpired([], nothing)).toEqual([])
})

test('a name tells when and how, and no other name is taken for one', () => {
  const name = nameArchive(new Date('2026-11-30T19:00:01.999Z'), '1f2e3d4c', true)
  expect(name).toBe('postern-20261130T190001Z-1f2e3d4c.tar.zst.age')
  expect(readArchiveName(name)).toEqual({ name, createdAt: new Date('2026-11-30T19:00:01Z'), isEncrypted: true })
  expect(readArchiveName(name.slice(0, -4))?.isEncrypted).toBe(false)
  for (const other of [
    '',
    'notes.txt',
    `${name}.partial`,
    `.${name}`,
    `x${name}`,
    name.replace('1130', '1399'),
    'postern.tar.zst.age',
  ]) {
    expect(readArchiveName(other)).toBeUndefined()
  }
})
