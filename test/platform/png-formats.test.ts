import { test } from 'bun:test'
import { deflateSync } from 'node:zlib'
import { join, pngChunk, pngOf, pngSignature, pngStart, unfilteredRows } from '../support/pictures'
import { corners, expectCorners, none, red } from './corners'
import { colourAt, expectColour, render } from './read-picture'

const rowsOf = (rows: number[][]) => join(...rows.map((row) => [0, ...row]))

test('a PNG of each colour type and depth', async () => {
  const shape = { width: 2, height: 2 }
  const greys: [depth: number, rows: number[][]][] = [
    [1, [[0b01000000], [0b01000000]]],
    [2, [[0b00110000], [0b00110000]]],
    [4, [[0x0f], [0x0f]]],
    [
      8,
      [
        [0, 255],
        [0, 255],
      ],
    ],
    [
      16,
      [
        [0, 0, 255, 255],
        [0, 0, 255, 255],
      ],
    ],
  ]
  for (const [bitDepth, rows] of greys) {
    const rendered = await render(pngOf({ ...shape, bitDepth, colourType: 0 }, rowsOf(rows)))
    expectColour(await colourAt(rendered, 64, [0.1, 0.5]), [0, 0, 0])
    expectColour(await colourAt(rendered, 64, [0.9, 0.5]), [255, 255, 255])
  }
  const palette = [pngChunk('PLTE', [220, 30, 30, 30, 190, 40]), pngChunk('tRNS', [255, 0])]
  const flat = await render(
    pngOf({ ...shape, bitDepth: 1, colourType: 3 }, rowsOf([[0b01000000], [0b01000000]]), palette),
  )
  expectColour(await colourAt(flat, 64, [0.1, 0.5]), red)
  expectColour(await colourAt(flat, 64, [0.99, 0.5]), none)
  const deep = [red, red].flatMap(([r, g, b]) => [r, 7, g, 7, b, 7])
  expectColour(
    await colourAt(
      await render(pngOf({ ...shape, bitDepth: 16, colourType: 2 }, rowsOf([deep, deep]))),
      64,
      [0.5, 0.5],
    ),
    red,
  )
  const half = await render(
    pngOf(
      { ...shape, colourType: 4 },
      rowsOf([
        [90, 255, 90, 0],
        [90, 255, 90, 0],
      ]),
    ),
  )
  expectColour(await colourAt(half, 64, [0.1, 0.5]), [90, 90, 90])
  expectColour(await colourAt(half, 64, [0.99, 0.5]), none)
  const key = pngOf(
    { ...shape, colourType: 2 },
    rowsOf([
      [9, 9, 9, 200, 9, 9],
      [9, 9, 9, 200, 9, 9],
    ]),
    [pngChunk('tRNS', [0, 9, 0, 9, 0, 9])],
  )
  expectColour(await colourAt(await render(key), 64, [0.01, 0.5]), none)
})

test('a PNG with every filter, and in Adam7’s order', async () => {
  const { data, width, height } = corners(40, 40)
  const raw = unfilteredRows(data, width * 4)
  const filtered = raw.slice()
  for (let y = height - 1; y >= 0; y -= 1) {
    const filter = y % 5
    const start = y * (width * 4 + 1)
    filtered[start] = filter
    for (let x = 1; x <= width * 4; x += 1) {
      const left = x > 4 ? (raw[start + x - 4] ?? 0) : 0
      const up = y > 0 ? (raw[start - width * 4 - 1 + x] ?? 0) : 0
      const corner = x > 4 && y > 0 ? (raw[start - width * 4 - 1 + x - 4] ?? 0) : 0
      const near = [left, up, corner].toSorted(
        (a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b),
      )
      const paeth = [left, up, corner].find((value) => value === near[0]) ?? 0
      const guess = [0, left, up, (left + up) >> 1, paeth][filter] ?? 0
      filtered[start + x] = (raw[start + x] ?? 0) - guess
    }
  }
  await expectCorners(pngOf({ width, height }, filtered))
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const
  const interlaced = passes.flatMap(([left, top, stepX, stepY]) => {
    const rows: number[] = []
    for (let y = top; y < height; y += stepY) {
      rows.push(0)
      for (let x = left; x < width; x += stepX)
        rows.push(...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4))
    }
    return rows
  })
  await expectCorners(pngOf({ width, height, isInterlaced: true }, Uint8Array.from(interlaced)))
})

test('a PNG whose data comes in many chunks', async () => {
  const { data, width, height } = corners(40, 40)
  const packed = deflateSync(unfilteredRows(data, width * 4))
  const chunks = Array.from(packed, (byte) => pngChunk('IDAT', [byte]))
  await expectCorners(join(pngSignature, pngStart({ width, height }), ...chunks, pngChunk('IEND', [])))
})
