import { pngChunk, pngOf, unfilteredRows } from './pictures'

/**
 * A small PNG of colours that shift.
 * @param shade makes it differ from others
 */
export const makePng = (width = 40, height = 30, shade = 0, before: Uint8Array[] = []): Uint8Array<ArrayBuffer> => {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 5 + shade) % 256)
  return pngOf({ width, height, colourType: 2 }, unfilteredRows(data, width * 3), before)
}

/** What a chunk has beside its content. */
const chunkLength = 12

/** A PNG of this many bytes: what is too much stands in a chunk that decoders leave out. */
export const makePngOf = (bytes: number): Uint8Array<ArrayBuffer> => {
  const filler = new Uint8Array(bytes - makePng().length - chunkLength)
  return makePng(40, 30, 0, [pngChunk('teXt', filler)])
}

/** A few bytes that say they are 50,000 by 50,000 pixels: ten gigabytes, once decoded. */
export const makePngBomb = (): Uint8Array<ArrayBuffer> =>
  pngOf({ width: 50_000, height: 50_000, colourType: 2 }, new Uint8Array(1_000_000))
