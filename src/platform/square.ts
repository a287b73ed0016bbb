/** A square of RGBA. */
export interface Square {
  edge: number
  pixels: Uint8ClampedArray<ArrayBuffer>
}

/** Which part of each pixel of a line falls on which pixels of a shorter line. */
const share = (from: number, to: number) => {
  const scale = to / from
  const first = new Uint16Array(from)
  const inFirst = new Float32Array(from)
  const inNext = new Float32Array(from)
  for (let at = 0; at < from; at += 1) {
    const begin = Math.min(to - 1, Math.floor((at * to) / from))
    const over = Math.max(0, ((at + 1) * to) / from - (begin + 1))
    first[at] = begin
    inFirst[at] = scale - over
    inNext[at] = begin + 1 < to ? over : 0
  }
  return { first, inFirst, inNext }
}

/** Writes colours and alpha of a row into sums, colours by their alpha. */
const addPixels = (
  sums: Float32Array,
  pixels: Uint8Array | Uint8ClampedArray,
  { left, step, offset, edge }: { left: number; step: number; offset: number; edge: number },
  { first, inFirst, inNext }: ReturnType<typeof share>,
): void => {
  for (let index = 0; index * 4 < pixels.length; index += 1) {
    const x = left + index * step - offset
    if (x < 0 || x >= edge) continue
    const at = index * 4
    const alpha = pixels[at + 3] ?? 0
    if (alpha === 0) continue
    // No array here: one for each pixel of a photo would be the largest thing of all.
    const red = (pixels[at] ?? 0) * alpha
    const green = (pixels[at + 1] ?? 0) * alpha
    const blue = (pixels[at + 2] ?? 0) * alpha
    const to = (first[x] ?? 0) * 4
    const weight = inFirst[x] ?? 0
    sums[to] = (sums[to] ?? 0) + red * weight
    sums[to + 1] = (sums[to + 1] ?? 0) + green * weight
    sums[to + 2] = (sums[to + 2] ?? 0) + blue * weight
    sums[to + 3] = (sums[to + 3] ?? 0) + alpha * weight
    const rest = inNext[x] ?? 0
    if (rest === 0) continue
    sums[to + 4] = (sums[to + 4] ?? 0) + red * rest
    sums[to + 5] = (sums[to + 5] ?? 0) + green * rest
    sums[to + 6] = (sums[to + 6] ?? 0) + blue * rest
    sums[to + 7] = (sums[to + 7] ?? 0) + alpha * rest
  }
}

const addLine = (sums: Float32Array, line: Float32Array, at: number, weight: number): void => {
  if (weight === 0) return
  for (let index = 0; index < line.length; index += 1) {
    sums[at + index] = (sums[at + index] ?? 0) + (line[index] ?? 0) * weight
  }
}

/**
 * Cuts the middle square out of a picture and makes it smaller while its rows come, in any order and each pixel once: so a
 * picture need not be there as a whole. What never comes is transparent.
 * @param most the longest edge of the square; a smaller picture stays as it is
 */
export const createSquare = (width: number, height: number, most: number) => {
  const side = Math.min(width, height)
  const edge = Math.min(side, most)
  const [offsetX, offsetY] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)]
  const shares = share(side, edge)
  const sums = new Float32Array(edge * edge * 4)
  const line = new Float32Array(edge * 4)
  return {
    /** @param place of the first pixel, and how far they are apart */
    addRow: (
      pixels: Uint8Array | Uint8ClampedArray,
      { y, left = 0, step = 1 }: { y: number; left?: number; step?: number },
    ) => {
      const row = y - offsetY
      if (row < 0 || row >= side) return
      line.fill(0)
      addPixels(line, pixels, { left, step, offset: offsetX, edge: side }, shares)
      const at = (shares.first[row] ?? 0) * edge * 4
      addLine(sums, line, at, shares.inFirst[row] ?? 0)
      addLine(sums, line, at + edge * 4, shares.inNext[row] ?? 0)
    },
    finish: (): Square => {
      const pixels = new Uint8ClampedArray(sums.length)
      for (let at = 0; at < sums.length; at += 4) {
        const alpha = sums[at + 3] ?? 0
        if (alpha <= 0) continue
        for (let index = at; index < at + 3; index += 1) pixels[index] = (sums[index] ?? 0) / alpha
        pixels[at + 3] = alpha
      }
      return { edge, pixels }
    },
  }
}

/** Where the pixel of an upright picture lies in one of each orientation of EXIF. */
const sources: Record<number, (x: number, y: number, last: number) => [x: number, y: number]> = {
  2: (x, y, last) => [last - x, y],
  3: (x, y, last) => [last - x, last - y],
  4: (x, y, last) => [x, last - y],
  5: (x, y) => [y, x],
  6: (x, y, last) => [y, last - x],
  7: (x, y, last) => [last - y, last - x],
  8: (x, y, last) => [last - y, x],
}

/** Turns and mirrors a square as EXIF says. */
export const turnUpright = (square: Square, orientation: number): Square => {
  const sourceOf = sources[orientation]
  if (!sourceOf) return square
  const { edge, pixels } = square
  const upright = new Uint8ClampedArray(pixels.length)
  for (let y = 0; y < edge; y += 1) {
    for (let x = 0; x < edge; x += 1) {
      const [fromX, fromY] = sourceOf(x, y, edge - 1)
      const from = (fromY * edge + fromX) * 4
      upright.set(pixels.subarray(from, from + 4), (y * edge + x) * 4)
    }
  }
  return { edge, pixels: upright }
}

/** Between which two pixels of a short line each pixel of a longer one lies, and how near to the second. */
const spread = (from: number, to: number) =>
  Array.from({ length: to }, (_, at) => {
    const source = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5))
    const before = Math.floor(source)
    return { before, after: Math.min(from - 1, before + 1), nearness: source - before }
  })

/** Makes a small square larger, each pixel from the four nearest, by their alpha. */
const enlarge = ({ edge, pixels }: Square, to: number): Square => {
  const larger = new Uint8ClampedArray(to * to * 4)
  const places = spread(edge, to)
  const sums = new Float32Array(4)
  const add = (pixel: number, weight: number) => {
    const alpha = (pixels[pixel * 4 + 3] ?? 0) * weight
    for (let at = 0; at < 3; at += 1) sums[at] = (sums[at] ?? 0) + (pixels[pixel * 4 + at] ?? 0) * alpha
    sums[3] = (sums[3] ?? 0) + alpha
  }
  places.forEach((row, y) => {
    places.forEach((column, x) => {
      sums.fill(0)
      add(row.before * edge + column.before, (1 - row.nearness) * (1 - column.nearness))
      add(row.before * edge + column.after, (1 - row.nearness) * column.nearness)
      add(row.after * edge + column.before, row.nearness * (1 - column.nearness))
      add(row.after * edge + column.after, row.nearness * column.nearness)
      const alpha = sums[3] ?? 0
      const at = (y * to + x) * 4
      if (alpha > 0) for (let index = 0; index < 3; index += 1) larger[at + index] = (sums[index] ?? 0) / alpha
      larger[at + 3] = alpha
    })
  })
  return { edge: to, pixels: larger }
}

/** A square of another size. */
export const resizeSquare = (square: Square, to: number): Square => {
  if (to === square.edge) return square
  if (to > square.edge) return enlarge(square, to)
  const smaller = createSquare(square.edge, square.edge, to)
  for (let y = 0; y < square.edge; y += 1) {
    smaller.addRow(square.pixels.subarray(y * square.edge * 4, (y + 1) * square.edge * 4), { y })
  }
  return smaller.finish()
}
