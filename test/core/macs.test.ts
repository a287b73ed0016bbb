import { expect, test } from 'bun:test'
import { areBytesAuthentic, authenticateByEachVersion, authenticateBytes } from '#core/macs'
import { hashQuickly, hashToken } from '#core/secrets'
import { nativeHashing as hashing } from '#platform/native-hashing'
import { openWorld } from '../platform'

const { config } = await openWorld({ SECRET: `${'n'.repeat(43)},${'o'.repeat(43)}` })
const bytes = new TextEncoder().encode('what is authenticated')

test('the process itself and WebCrypto hash alike', async () => {
  expect(hashQuickly({ hashing }, 'text')).toBe(await hashToken('text'))
  expect(await authenticateBytes({ config, hashing }, 'csrf-token', bytes)).toEqual(
    await authenticateBytes({ config }, 'csrf-token', bytes),
  )
})

test.each([{ config }, { config, hashing }])('what one version of SECRET authenticated all know again', async (ctx) => {
  const macs = await authenticateByEachVersion(ctx, 'csrf-token', bytes)
  expect(macs.map((mac) => mac.length)).toEqual([32, 32])
  for (const mac of macs) {
    expect(await areBytesAuthentic(ctx, 'csrf-token', bytes, mac)).toBe(true)
    expect(await areBytesAuthentic(ctx, 'device-token', bytes, mac)).toBe(false)
    expect(await areBytesAuthentic(ctx, 'csrf-token', bytes, mac.subarray(1))).toBe(false)
    expect(await areBytesAuthentic(ctx, 'csrf-token', bytes, mac.with(31, (mac[31] ?? 0) ^ 1))).toBe(false)
  }
})
