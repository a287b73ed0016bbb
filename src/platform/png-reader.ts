import { crc32 } from 'node:zlib'
import { readOrientation } from './exif-orientation'
import { type ImageHeader, isTextAt, type Unreadable, uint32 } from './image-header'

/** A PNG, packed. */
export interface PngPicture extends ImageHeader {
  bitDepth: number
  colourType: ColourType
  isInterlaced: boolean
  /** Three bytes for each colour. */
  palette: Uint8Array
  /** What is transparent: the alpha of each colour of the palette, or the one colour that is. */
  transparency: Uint8Array | undefined
  /** Parts of one stream of zlib. */
  packed: Uint8Array[]
}

/** How many samples a pixel has, by colour type (PNG 3rd edition, section 11.2.1). */
export const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const
type ColourType = keyof typeof samplesOf

const depthsOf: Record<ColourType, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

const isColourType = (value: number | undefined): value is ColourType => value !== undefined && value in samplesOf

/** More than any program writes: each is looked at. */
const mostChunks = 20_000

/** Those without which there is no picture; their checksums are checked. */
const isCritical = (name: string) => name === 'IHDR' || name === 'PLTE' || name === 'IDAT' || name === 'tRNS'

const readStart = (bytes: Uint8Array): Omit<PngPicture, 'palette' | 'transparency' | 'packed'> | undefined => {
  const [bitDepth = 0, colourType, compression, filter, interlacing = 2] = bytes.subarray(24, 29)
  if (uint32(bytes, 8) !== 13 || !isTextAt(bytes, 12, 'IHDR')) return undefined
  if (!isColourType(colourType) || !depthsOf[colourType].includes(bitDepth)) return undefined
  if (compression !== 0 || filter !== 0 || interlacing > 1) return undefined
  const size = { width: uint32(bytes, 16), height: uint32(bytes, 20) }
  return { ...size, orientation: 1, bytesPerPixel: 0, bitDepth, colourType, isInterlaced: interlacing === 1 }
}

/** Reads a PNG up to its last chunk; what follows is not part of it. */
export const readPng = (bytes: Uint8Array): PngPicture | Unreadable => {
  const start = readStart(bytes)
  if (!start) return 'damaged'
  const picture: PngPicture = { ...start, palette: new Uint8Array(), transparency: undefined, packed: [] }
  let at = 8
  for (let index = 0; index < mostChunks; index += 1) {
    const length = uint32(bytes, at)
    const end = at + 8 + length
    if (end + 4 > bytes.length) return 'damaged'
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (name === 'IEND') return picture.packed.length > 0 ? picture : 'damaged'
    const content = bytes.subarray(at + 8, end)
    if (isCritical(name) && crc32(bytes.subarray(at + 4, end)) !== uint32(bytes, end)) return 'damaged'
    // A second header would have other sizes than those that were counted.
    if (name === 'IHDR' && index > 0) return 'damaged'
    if (name === 'PLTE') picture.palette = content
    if (name === 'tRNS') picture.transparency = content
    if (name === 'IDAT') picture.packed.push(content)
    if (name === 'eXIf') picture.orientation = readOrientation(content)
    at = end + 4
  }
  return 'damaged'
}
