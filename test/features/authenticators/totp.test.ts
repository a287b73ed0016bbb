import { expect, test } from 'bun:test'
import { findTotpStep } from '#features/authenticators/totp'
import { stepAt, totpCode } from '../../support/totp'

/** RFC 6238, appendix B: the ASCII string 12345678901234567890 in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Seconds since 1970 and the last six of the eight digits, for SHA-1. */
const vectors: [seconds: number, step: number, code: string][] = [
  [59, 0x1, '287082'],
  [1_111_111_109, 0x23523ec, '081804'],
  [1_111_111_111, 0x23523ed, '050471'],
  [1_234_567_890, 0x273ef07, '005924'],
  [2_000_000_000, 0x3f940aa, '279037'],
  [20_000_000_000, 0x27bc86aa, '353130'],
]

test.each(vectors)('the test vector of RFC 6238 for %d s is found at its step', (seconds, step, code) => {
  expect(findTotpStep(secret, code, new Date(seconds * 1000))).toBe(step)
})

test('the app of the tests makes the codes of the RFC too', () => {
  for (const [seconds, , code] of vectors) expect(totpCode(secret, stepAt(new Date(seconds * 1000)))).toBe(code)
})

const now = new Date('2026-11-22T12:00:00.000Z')
const current = stepAt(now)

test('the code of one step back and of one ahead is accepted, and found at its own step; of two it is not', () => {
  for (const away of [-1, 0, 1])
    expect(findTotpStep(secret, totpCode(secret, current + away), now)).toBe(current + away)
  for (const away of [-20, -3, -2, 2, 3, 20]) {
    expect(findTotpStep(secret, totpCode(secret, current + away), now)).toBeUndefined()
  }
})

test('a step begins with its first millisecond and ends with its last', () => {
  const code = totpCode(secret, current)
  const at = (milliseconds: number) => findTotpStep(secret, code, new Date(now.getTime() + milliseconds))
  expect([at(-30_001), at(-30_000), at(0), at(29_999), at(59_999), at(60_000)]).toEqual([
    undefined,
    current,
    current,
    current,
    current,
    undefined,
  ])
})

test('another secret’s code, and one that is cut or longer, is of no step', () => {
  const code = totpCode(secret, current)
  for (const other of [totpCode('A'.repeat(32), current), code.slice(1), `${code}0`, `0${code}`, '', ' '.repeat(6)]) {
    expect(findTotpStep(secret, other, now)).toBeUndefined()
  }
})
