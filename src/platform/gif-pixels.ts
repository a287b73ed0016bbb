import type { GifPicture } from './gif-reader'

/** GIF89a, appendix F. */
const mostCodes = 4096

/**
 * Unpacks LZW codes into rows of colour indices, each as soon as it is whole. The buffer of a row is used again.
 * @returns whether there were enough for all rows
 */
export const unpackRows = (
  { packed, codeBits, frame: { width, height } }: GifPicture,
  take: (row: Uint8Array, index: number) => void,
): boolean => {
  const clear = 2 ** codeBits
  const prefixes = new Uint16Array(mostCodes)
  const suffixes = new Uint8Array(mostCodes)
  const stack = new Uint8Array(mostCodes + 1)
  const row = new Uint8Array(width)
  let [column, rows] = [0, 0]
  let [bits, buffered, at] = [codeBits + 1, 0, 0]
  let [held, next, previous, first] = [0, clear + 2, -1, 0]
  for (;;) {
    while (buffered < bits) {
      if (at >= packed.length) return false
      held |= (packed[at] ?? 0) << buffered
      buffered += 8
      at += 1
    }
    const code = held & (2 ** bits - 1)
    held >>>= bits
    buffered -= bits
    if (code === clear) {
      ;[bits, next, previous] = [codeBits + 1, clear + 2, -1]
      continue
    }
    // The end before the last row, a code that nothing defined.
    if (code === clear + 1 || code > next || (code === next && previous < 0) || (previous < 0 && code > clear))
      return false
    let depth = 0
    let walk = code
    if (code === next) {
      stack[depth] = first
      depth += 1
      walk = previous
    }
    while (walk > clear) {
      stack[depth] = suffixes[walk] ?? 0
      depth += 1
      walk = prefixes[walk] ?? 0
    }
    first = walk
    stack[depth] = first
    depth += 1
    if (previous >= 0 && next < mostCodes) {
      prefixes[next] = previous
      suffixes[next] = first
      next += 1
      if (next === 2 ** bits && bits < 12) bits += 1
    }
    previous = code
    while (depth > 0) {
      depth -= 1
      row[column] = stack[depth] ?? 0
      column += 1
      if (column < width) continue
      take(row, rows)
      column = 0
      rows += 1
      if (rows === height) return true
    }
  }
}

/** GIF89a, appendix E: every eighth row, those between, and so on. */
const interlacing = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const

/** Where the rows of an interlaced picture belong, in their order. */
const interlacedOrder = (height: number): number[] =>
  interlacing.flatMap(([from, step]) =>
    Array.from({ length: Math.max(0, Math.ceil((height - from) / step)) }, (_, index) => from + index * step),
  )

/** Reads the rows of a picture as RGBA. @returns whether all were there */
export const readGifRows = (picture: GifPicture, take: (row: Uint8Array, index: number) => void): boolean => {
  const { frame, palette, transparent } = picture
  const order = frame.isInterlaced ? interlacedOrder(frame.height) : undefined
  const pixels = new Uint8Array(frame.width * 4)
  return unpackRows(picture, (row, index) => {
    for (let x = 0; x < row.length; x += 1) {
      const colour = row[x] ?? 0
      pixels[x * 4] = palette[colour * 3] ?? 0
      pixels[x * 4 + 1] = palette[colour * 3 + 1] ?? 0
      pixels[x * 4 + 2] = palette[colour * 3 + 2] ?? 0
      pixels[x * 4 + 3] = colour === transparent ? 0 : 255
    }
    take(pixels, order ? (order[index] ?? 0) : index)
  })
}
