import { expect, test } from 'bun:test'
import { exifOf, gifFrame, join, paint, pngChunk, toGif, toJpeg, toPng, withSegment } from '../support/pictures'
import { blue, type Corners, corners, expectCorners, green, none, red, white } from './corners'
import { chunksOf, colourAt, expectColour, render } from './read-picture'

test('the square is cut from the middle of wide, tall, large and small pictures', async () => {
  for (const [width, height] of [
    [300, 200],
    [200, 300],
    [1400, 1000],
    [64, 64],
    [10, 8],
  ] as const) {
    await expectCorners(toPng(corners(width, height)))
  }
})

test('a JPEG: baseline, progressive, in one colour for four pixels or for each', async () => {
  const picture = corners(700, 600)
  await expectCorners(toJpeg(picture))
  await expectCorners(toJpeg(picture, { progressive: true }))
  await expectCorners(toJpeg(picture, { auto_subsample: false, chroma_subsample: 1, progressive: true }))
})

test('a JPEG of greys', async () => {
  const rendered = await render(
    toJpeg(
      paint(80, 80, () => [120, 120, 120]),
      { color_space: 1 },
    ),
  )
  expectColour(await colourAt(rendered, 128, [0.5, 0.5]), [120, 120, 120])
})

/** Where the four colours of an upright picture are when it is stored as each orientation says. */
const stored: Record<number, Corners> = {
  1: [red, green, blue, white],
  2: [green, red, white, blue],
  3: [white, blue, green, red],
  4: [blue, white, red, green],
  5: [red, blue, green, white],
  6: [green, white, red, blue],
  7: [white, green, blue, red],
  8: [blue, red, white, green],
}
for (const [orientation, laid] of Object.entries(stored)) {
  test(`a picture that EXIF says to lie as ${orientation} is upright`, async () => {
    const exif = exifOf(Number(orientation))
    const isTurned = Number(orientation) > 4
    const picture = corners(isTurned ? 200 : 300, isTurned ? 300 : 200, laid)
    await expectCorners(withSegment(toJpeg(picture), 0xe1, exif))
    await expectCorners(toPng(picture, [pngChunk('eXIf', exif.subarray(6))]))
  })
}

test('of an animated GIF the first picture, with what it leaves transparent', async () => {
  const indices = new Uint8Array(40 * 40).fill(200)
  indices.fill(7, 0, 20 * 40)
  const later = gifFrame({ width: 40, height: 40, indices: new Uint8Array(1600).fill(90) })
  const rendered = await render(toGif({ width: 40, height: 40, transparent: 7, indices }, later, later))
  expectColour(await colourAt(rendered, 256, [0.5, 0.1]), none)
  expectColour(await colourAt(rendered, 256, [0.5, 0.9]), [200, 200, 200])
})

test('an interlaced GIF', async () => {
  const order = [0, 8, 16, 4, 12, 2, 6, 10, 14, 18, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]
  const indices = Uint8Array.from(order.flatMap((row) => Array(20).fill(row < 10 ? 40 : 220)))
  const rendered = await render(toGif({ width: 20, height: 20, isInterlaced: true, indices }))
  expectColour(await colourAt(rendered, 256, [0.5, 0.2]), [40, 40, 40])
  expectColour(await colourAt(rendered, 256, [0.5, 0.8]), [220, 220, 220])
})

test('a WebP, and transparent ones', async () => {
  const opaque = await render(toPng(corners(600, 600)))
  const clear = await render(toPng(paint(600, 600, (x) => (x < 300 ? red : none))))
  if (!opaque.ok || !clear.ok) throw new Error('no picture')
  await expectCorners(opaque.renditions[3]?.bytes ?? new Uint8Array())
  const again = await render(clear.renditions[3]?.bytes ?? new Uint8Array())
  expectColour(await colourAt(again, 128, [0.2, 0.5]), red)
  expectColour(await colourAt(again, 128, [0.8, 0.5]), none)
})

test('a picture of one pixel', async () => {
  expectColour(await colourAt(await render(toPng(paint(1, 1, () => blue))), 512, [0.5, 0.5]), blue)
})

test('nothing of a file is left but colours', async () => {
  const secret = 'GPS 48.8584 N 2.2945 E'
  const texts = [exifOf(1), Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${secret}</x:xmpmeta>`)]
  const segments = [...texts, Buffer.from(`ICC_PROFILE\0\x01\x01${secret}`), Buffer.from(secret)]
  const jpeg = [0xe1, 0xe1, 0xe2, 0xfe].reduce(
    (file, type, index) => withSegment(file, type, segments[index] ?? new Uint8Array()),
    toJpeg(corners(100, 100)),
  )
  const png = toPng(corners(100, 100), [
    pngChunk('tEXt', Buffer.from(`Comment\0${secret}`)),
    pngChunk('eXIf', exifOf(1).subarray(6)),
  ])
  for (const file of [jpeg, png]) {
    expect(Buffer.from(file).includes(secret)).toBe(true)
    const rendered = await render(join(file, Buffer.from(`<script>${secret}</script>`)))
    if (!rendered.ok) throw new Error(rendered.fault)
    for (const { bytes } of rendered.renditions) {
      expect(Buffer.from(bytes).includes(secret)).toBe(false)
      expect(chunksOf(bytes)).toEqual(['VP8 '])
    }
  }
})
