import { type ImageHeader, littleUint16, type Unreadable } from './image-header'

/** The first picture of a GIF, packed. */
export interface GifPicture extends ImageHeader {
  frame: { left: number; top: number; width: number; height: number; isInterlaced: boolean }
  /** Three bytes for each colour. */
  palette: Uint8Array
  /** The colour that is none. */
  transparent: number | undefined
  codeBits: number
  /** LZW codes. */
  packed: Uint8Array
}

/** GIF89a, section 20 and following. */
const block = { extension: 0x21, picture: 0x2c } as const
const graphicControl = 0xf9

const paletteBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

/** The length-prefixed pieces from a place on, and where they end; undefined when they end behind the file. */
const readPieces = (bytes: Uint8Array, from: number): { pieces: Uint8Array[]; end: number } | undefined => {
  const pieces: Uint8Array[] = []
  for (let at = from; at < bytes.length; ) {
    const length = bytes[at] ?? 0
    if (length === 0) return { pieces, end: at + 1 }
    if (at + 1 + length > bytes.length) return undefined
    pieces.push(bytes.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
  return undefined
}

const concat = (pieces: Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** Reads a GIF up to the end of its first picture; animations go on behind it. */
export const readGif = (bytes: Uint8Array): GifPicture | Unreadable => {
  const [width, height, flags] = [littleUint16(bytes, 6), littleUint16(bytes, 8), bytes[10] ?? 0]
  const common = bytes.subarray(13, 13 + paletteBytes(flags))
  let transparent: number | undefined
  for (let at = 13 + paletteBytes(flags); at < bytes.length; ) {
    const type = bytes[at]
    if (type === block.extension) {
      const isControl = bytes[at + 1] === graphicControl
      const read = readPieces(bytes, at + 2)
      if (!read) return 'damaged'
      const [control] = read.pieces
      if (isControl && control) transparent = (control[0] ?? 0) & 1 ? control[3] : undefined
      at = read.end
      continue
    }
    if (type !== block.picture) return 'damaged'
    const own = bytes[at + 9] ?? 0
    const [left, top] = [littleUint16(bytes, at + 1), littleUint16(bytes, at + 3)]
    const size = { width: littleUint16(bytes, at + 5), height: littleUint16(bytes, at + 7) }
    const start = at + 10 + paletteBytes(own)
    const codeBits = bytes[start] ?? 0
    const palette = paletteBytes(own) > 0 ? bytes.subarray(at + 10, start) : common
    const read = readPieces(bytes, start + 1)
    const isInside = left + size.width <= width && top + size.height <= height && size.width > 0 && size.height > 0
    if (!read || !isInside || palette.length === 0 || codeBits < 1 || codeBits > 8) return 'damaged'
    const frame = { left, top, ...size, isInterlaced: (own & 0x40) !== 0 }
    const packed = concat(read.pieces)
    return { width, height, orientation: 1, bytesPerPixel: 0, frame, palette, transparent, codeBits, packed }
  }
  return 'damaged'
}
