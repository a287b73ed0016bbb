import { createPngPainter } from './png-painter'
import { type PngPicture, samplesOf } from './png-reader'
import { unfilter } from './png-unfilter'

/** One row as RGBA. `place` says which pixels these are. */
export type TakePngRow = (pixels: Uint8Array, place: { y: number; left: number; step: number }) => void

/** The passes of Adam7 (PNG 3rd edition, section 8.2): where they begin and how far their pixels are apart. */
const adam7 = [
  { left: 0, top: 0, stepX: 8, stepY: 8 },
  { left: 4, top: 0, stepX: 8, stepY: 8 },
  { left: 0, top: 4, stepX: 4, stepY: 8 },
  { left: 2, top: 0, stepX: 4, stepY: 4 },
  { left: 0, top: 2, stepX: 2, stepY: 4 },
  { left: 1, top: 0, stepX: 2, stepY: 2 },
  { left: 0, top: 1, stepX: 1, stepY: 2 },
]
const wholePass = { left: 0, top: 0, stepX: 1, stepY: 1 }

/** Takes unpacked bytes as they come and gives rows. `isWhole` says that all were there, `isBroken` that none more are of use. */
export const createPngRows = (picture: PngPicture, take: TakePngRow) => {
  const { width, height, bitDepth, colourType, isInterlaced } = picture
  const bits = bitDepth * samplesOf[colourType]
  const paint = createPngPainter(picture)
  const passes = (isInterlaced ? adam7 : [wholePass])
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.left) / pass.stepX),
      rows: Math.ceil((height - pass.top) / pass.stepY),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
  let [pass, y, filled, isBroken] = [0, 0, 0, false]
  const begin = () => {
    const columns = passes[pass]?.columns ?? 0
    const length = Math.ceil((columns * bits) / 8)
    return { row: new Uint8Array(length + 1), above: new Uint8Array(length), pixels: new Uint8Array(columns * 4) }
  }
  let buffers = begin()
  const endRow = () => {
    const { row, above, pixels } = buffers
    const place = passes[pass]
    const samples = row.subarray(1)
    if (!place || !unfilter(row[0] ?? 0, samples, above, Math.max(1, bits >> 3))) {
      isBroken = true
      return
    }
    paint(samples, pixels)
    take(pixels, { y: place.top + y * place.stepY, left: place.left, step: place.stepX })
    above.set(samples)
    filled = 0
    y += 1
    if (y < place.rows) return
    pass += 1
    y = 0
    buffers = begin()
  }
  return {
    isWhole: () => !isBroken && pass === passes.length,
    isBroken: () => isBroken,
    add: (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length && !isBroken && pass < passes.length; ) {
        const part = bytes.subarray(at, at + buffers.row.length - filled)
        buffers.row.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === buffers.row.length) endRow()
      }
    },
  }
}
