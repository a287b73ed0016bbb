import { expect, test } from 'bun:test'
import { surviveImport } from './import-kills'

test('an import whose worker is killed goes on where it was, and everybody logs in with the old hash', async () => {
  const { killedAt, renewed, ...result } = await surviveImport(5000, 1, 6)
  expect(result).toMatchObject({ accounts: 5000, rowsDone: 5000, rowsFailed: 0 })
  expect(killedAt.every((rows) => rows > 0 && rows < 5000)).toBe(true)
  expect(renewed).toBe(6)
}, 120_000)
