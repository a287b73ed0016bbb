import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../core/fixed-seed'
import { ascii, blackPng, join, paint, pngOf, toGif, toJpeg, toPng } from '../support/pictures'
import { faultOf, render, renderer } from './read-picture'

const grey = paint(40, 30, () => [90, 90, 90])
const jpeg = toJpeg(grey)
const png = toPng(grey)
const gif = toGif({ width: 40, height: 30, indices: new Uint8Array(1200).fill(90) })
const rendered = await render(png)
const webp = rendered.ok ? (rendered.renditions[0]?.bytes ?? new Uint8Array()) : new Uint8Array()
const whole = { jpeg, png, gif, webp }

test('a PNG whose data goes on for gigabytes is read as far as its size goes', async () => {
  const bomb = pngOf({ width: 1, height: 1 }, new Uint8Array(256 * 1024 * 1024))
  const before = process.memoryUsage.rss()
  expect(await faultOf(bomb)).toBeUndefined()
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
}, 60_000)

test('the largest that are read', async () => {
  expect(await faultOf(blackPng(4096, 4096))).toBeUndefined()
  expect(await faultOf(blackPng(4096, 512, true))).toBeUndefined()
}, 60_000)

for (const [kind, file] of Object.entries(whole)) {
  test(`a ${kind} that is cut anywhere is no picture`, async () => {
    const last = kind === 'gif' ? file.length - 8 : file.length - 1
    const offsets = Array.from({ length: 40 }, (_, index) => Math.floor((index * last) / 40))
    const faults = await Promise.all(offsets.map(async (offset) => faultOf(file.slice(0, offset))))
    expect(faults.filter((fault) => fault !== 'damaged' && fault !== 'unsupported')).toEqual([])
  })

  test(`a ${kind} that is also something else gives a picture and nothing else`, async () => {
    const foreign = ascii('PK\x03\x04 /*<script>alert("polyglot")</script>*/ =1;')
    const both = await renderer.renderAvatar(join(file, foreign))
    if (!both.ok) throw new Error(both.fault)
    for (const { bytes } of both.renditions) expect(Buffer.from(bytes).includes('polyglot')).toBe(false)
  })

  test(`a ${kind} with any bytes changed ends in a picture or a refusal`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const changed = file.slice()
          for (const [at, byte] of changes) changed[at] = byte
          expect(['damaged', 'too-many-pixels', 'unsupported', undefined]).toContain(await faultOf(changed))
        },
      ),
      { numRuns: 15 },
    )
  }, 60_000)
}
