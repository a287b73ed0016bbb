import { describe, expect, test } from 'bun:test'
import type { CoreContext } from '#core/context'
import { hashCode, listCodeHashes, newCode } from '#features/accounts/email-code'
import { openWorld } from '../../platform'

const world = await openWorld()

const contextWith = (bytes: (length: number) => Uint8Array<ArrayBuffer>): CoreContext => ({
  ...world.contextOf({ kind: 'anonymous' }),
  random: { bytes },
})

/** Hashes of the numbers from one on: the same bytes in each run, and even as chance is. */
const drawEvenly = () => {
  let drawn = 0
  return (length: number) => {
    drawn += 1
    return new Uint8Array(new Bun.CryptoHasher('sha256').update(String(drawn)).digest()).slice(0, length)
  }
}

/** Gives these 32-bit numbers, one after the other. */
const drawFrom = (numbers: number[]) => {
  const left = [...numbers]
  return (length: number) => {
    const bytes = new Uint8Array(length)
    new DataView(bytes.buffer).setUint32(0, left.shift() ?? 0)
    return bytes
  }
}

const codeOf = (...numbers: number[]) => newCode(contextWith(drawFrom(numbers)))

const chiSquare = (counts: number[], expected: number) =>
  counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)

describe('a code', () => {
  const draws = 40_000
  const ctx = contextWith(drawEvenly())
  const codes = Array.from({ length: draws }, () => newCode(ctx))

  test('is six digits, also when the first of them are zeros', () => {
    expect(codes.filter((code) => !/^[0-9]{6}$/.test(code))).toEqual([])
    expect(codes.filter((code) => code.startsWith('00')).length).toBeGreaterThan(300)
    expect(codeOf(42)).toBe('000042')
    expect(codeOf(0)).toBe('000000')
  })

  for (const position of [0, 1, 2, 3, 4, 5]) {
    test(`has each digit as often as the next at place ${position + 1}`, () => {
      const counts = Array.from('0123456789', (digit) => codes.filter((code) => code[position] === digit).length)
      // Nine degrees of freedom: chance alone passes this once in 10,000 times.
      expect(chiSquare(counts, draws / 10)).toBeLessThan(33.72)
    })
  }

  test('is no likelier than the next anywhere in the range', () => {
    const counts = new Array<number>(100).fill(0)
    for (const code of codes) counts[Number(code.slice(0, 2))] = (counts[Number(code.slice(0, 2))] ?? 0) + 1
    // 99 degrees of freedom.
    expect(chiSquare(counts, draws / 100)).toBeLessThan(161.3)
  })

  test('is drawn again where a number would favour low codes', () => {
    const fair = 4_294_000_000
    expect(codeOf(fair - 1)).toBe('999999')
    expect(codeOf(fair, 7)).toBe('000007')
    expect(codeOf(2 ** 32 - 1, fair + 5, 123_456)).toBe('123456')
  })
})

describe('what is stored of a code', () => {
  const ctx = world.contextOf({ kind: 'anonymous' })
  const old = 'the secret that is about to be replaced'
  const fresh = 'the secret that takes its place from now'
  const under = (SECRET: string) => world.startAnother({ SECRET }).contextOf({ kind: 'anonymous' })

  test('is the same for the same code and address only', async () => {
    const stored = await hashCode(ctx, 'ada@example.com', '123456')
    expect(stored).toMatch(/^[0-9a-f]{64}$/)
    expect(await hashCode(ctx, 'ada@example.com', '123456')).toBe(stored)
    const others = [
      await hashCode(ctx, 'grace@example.com', '123456'),
      await hashCode(ctx, 'ada@example.com', '123457'),
      await hashCode(ctx, 'ada@example.com:1', '23456'),
    ]
    expect(others).not.toContain(stored)
  })

  test('is worth nothing without SECRET', async () => {
    const [one, other] = [under(old), under(fresh)]
    expect(await hashCode(one, 'ada@example.com', '123456')).not.toBe(
      await hashCode(other, 'ada@example.com', '123456'),
    )
  })

  test('is found under each version of SECRET, and stored under the newest', async () => {
    const code = ['ada@example.com', '123456'] as const
    const [one, other, both] = [under(old), under(fresh), under(`${fresh},${old}`)]
    expect(await hashCode(both, ...code)).toBe(await hashCode(other, ...code))
    expect(JSON.parse(await listCodeHashes(both, ...code))).toEqual([
      await hashCode(other, ...code),
      await hashCode(one, ...code),
    ])
    expect(JSON.parse(await listCodeHashes(one, ...code))).toEqual([await hashCode(one, ...code)])
  })
})
