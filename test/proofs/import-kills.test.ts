import { expect, test } from 'bun:test'
import { surviveImport } from '../runtimes/import-kills'

test('100,000 people are imported by a server that is killed three times', async () => {
  const { killedAt, renewed, uploadMilliseconds, workMilliseconds, ...result } = await surviveImport(100_000, 3, 60)
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1)
  console.log(
    `Killed at ${killedAt.join(', ')} of 100,000 rows; ${result.accounts} accounts. Upload ${seconds(uploadMilliseconds)} s, work ${seconds(workMilliseconds)} s.`,
  )
  console.log(`${renewed} of 60 logged in with the old hash and have one of today.`)
  expect(result).toEqual({ accounts: 100_000, rowsDone: 100_000, rowsFailed: 0 })
  expect(new Set(killedAt).size).toBe(3)
  expect(renewed).toBe(60)
}, 600_000)
