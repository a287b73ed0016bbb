import { expect, test } from 'bun:test'
import type { PasswordHasher } from '#core/platform'
import { overloaded } from '#core/problems'
import { withSteadyRefusals } from '#platform/steady-refusals'

/** One whose hashes say how long they take. */
const hasher: PasswordHasher = {
  hash: async (password) => password,
  verify: async (password, hash = 'unknown:0') => {
    const [key, ms] = hash.split(':')
    await Bun.sleep(Number(ms))
    if (key === 'overloaded') throw overloaded()
    return key === password
  },
  isCurrent: () => true,
}

const time = async (work: Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await work.catch(() => {})
  return performance.now() - startedAt
}

test('a refusal takes as long as was said, whatever the hash cost, and whether there is one', async () => {
  const { verify } = withSteadyRefusals(hasher, 100)
  const times = await Promise.all(['key:0', 'key:50', undefined].map((hash) => time(verify('wrong', hash))))
  expect(Math.min(...times)).toBeGreaterThanOrEqual(99)
  // The cost of the hash is not added to it.
  expect(Math.max(...times)).toBeLessThan(145)
})

test('a right password and an overload are answered at once', async () => {
  const { verify } = withSteadyRefusals(hasher, 10_000)
  expect(await verify('key', 'key:0')).toBe(true)
  for (const hash of ['key:0', 'overloaded:0']) expect(await time(verify('key', hash))).toBeLessThan(5_000)
})
