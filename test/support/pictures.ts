import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'
import encodeMozjpeg from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js'
import { defaultOptions as jpegDefaults } from '@jsquash/jpeg/meta.js'

/** Pixels of RGBA. */
export interface Pixels {
  width: number
  height: number
  data: Uint8Array<ArrayBuffer>
}

export type Colour = readonly [red: number, green: number, blue: number, alpha?: number]

/** A picture whose colours are told by where they are. */
export const paint = (width: number, height: number, colourAt: (x: number, y: number) => Colour): Pixels => {
  const data = new Uint8Array(width * height * 4)
  for (let at = 0; at < width * height; at += 1) {
    const [red, green, blue, alpha = 255] = colourAt(at % width, Math.floor(at / width))
    data.set([red, green, blue, alpha], at * 4)
  }
  return { width, height, data }
}

export const join = (...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)))))

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const big32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
export const little16 = (value: number) => [value & 255, (value >> 8) & 255]
export const little32 = (value: number) => big32(value).toReversed()

export const pngChunk = (name: string, content: Uint8Array | number[]): Uint8Array => {
  const named = join(ascii(name), content)
  return join(big32(content.length), named, big32(crc32(named)))
}

export const pngSignature = ascii('\x89PNG\r\n\x1a\n')

export interface PngShape {
  width: number
  height: number
  bitDepth?: number
  colourType?: number
  isInterlaced?: boolean
}

export const pngStart = ({ width, height, bitDepth = 8, colourType = 6, isInterlaced = false }: PngShape) =>
  pngChunk('IHDR', [...big32(width), ...big32(height), bitDepth, colourType, 0, 0, isInterlaced ? 1 : 0])

/** A PNG of raw rows, each with its filter before it, and chunks before these. */
export const pngOf = (shape: PngShape, rows: Uint8Array, before: Uint8Array[] = []): Uint8Array<ArrayBuffer> =>
  join(pngSignature, pngStart(shape), ...before, pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND', []))

/** Rows of bytes, unfiltered. */
export const unfilteredRows = (data: Uint8Array, rowBytes: number): Uint8Array =>
  join(
    ...Array.from({ length: data.length / rowBytes }, (_, y) => [
      0,
      ...data.subarray(y * rowBytes, (y + 1) * rowBytes),
    ]),
  )

export const toPng = ({ width, height, data }: Pixels, before: Uint8Array[] = []): Uint8Array<ArrayBuffer> =>
  pngOf({ width, height }, unfilteredRows(data, width * 4), before)

/** A PNG that is black, made of little: rows of zeros. */
export const blackPng = (width: number, height: number, isInterlaced = false): Uint8Array<ArrayBuffer> => {
  const passRows = isInterlaced ? 2 * height : height
  return pngOf(
    { width, height, colourType: 2, isInterlaced },
    new Uint8Array(passRows * (1 + width * 3) + 8 * passRows),
  )
}

/** LZW that packs nothing: every code is written as it is, and the table is cleared before codes grow. */
export const packGif = (indices: Uint8Array, codeBits: number): Uint8Array => {
  const clear = 2 ** codeBits
  const bytes: number[] = []
  let [held, bits] = [0, 0]
  const write = (code: number) => {
    held |= code << bits
    for (bits += codeBits + 1; bits >= 8; bits -= 8) {
      bytes.push(held & 255)
      held >>>= 8
    }
  }
  indices.forEach((index, at) => {
    if (at % (clear - 2) === 0) write(clear)
    write(index)
  })
  write(clear + 1)
  write(0)
  return Uint8Array.from(bytes)
}

export const gifPieces = (bytes: Uint8Array): Uint8Array =>
  join(
    ...Array.from({ length: Math.ceil(bytes.length / 255) }, (_, at) => {
      const piece = bytes.subarray(at * 255, (at + 1) * 255)
      return [piece.length, ...piece]
    }),
    [0],
  )

/** The screen of a GIF of 256 greys. */
export const gifStart = (width: number, height: number): Uint8Array =>
  join(
    ascii('GIF89a'),
    little16(width),
    little16(height),
    [0xf7, 0, 0],
    Array.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3)),
  )

export interface GifFrame {
  left?: number
  top?: number
  width: number
  height: number
  transparent?: number
  isInterlaced?: boolean
  indices: Uint8Array
}

export const gifFrame = ({ left = 0, top = 0, width, height, transparent, isInterlaced, indices }: GifFrame) =>
  join(
    [0x21, 0xf9, 4, transparent === undefined ? 0 : 1, 0, 0, transparent ?? 0, 0, 0x2c],
    [left, top, width, height].flatMap(little16),
    [isInterlaced ? 0x40 : 0, 8],
    gifPieces(packGif(indices, 8)),
  )

export const toGif = (frame: GifFrame, ...more: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  join(gifStart(frame.width, frame.height), gifFrame(frame), ...more, [0x3b])

const encoderFile = fileURLToPath(import.meta.resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'))
const compiled = new WebAssembly.Module(await Bun.file(encoderFile).arrayBuffer())
const encoder = await encodeMozjpeg({
  noInitialRun: true,
  instantiateWasm: (imports: WebAssembly.Imports, callback: (instance: WebAssembly.Instance) => void) => {
    const instance = new WebAssembly.Instance(compiled, imports)
    callback(instance)
    return instance.exports
  },
})

export const toJpeg = ({ data, width, height }: Pixels, options: Partial<typeof jpegDefaults> = {}) =>
  new Uint8Array<ArrayBuffer>(encoder.encode(data, width, height, { ...jpegDefaults, progressive: false, ...options }))

/** A segment of a JPEG, behind its first marker. */
export const withSegment = (jpeg: Uint8Array, type: number, content: Uint8Array): Uint8Array<ArrayBuffer> => {
  const length = content.length + 2
  return join(jpeg.subarray(0, 2), [0xff, type, length >> 8, length & 255], content, jpeg.subarray(2))
}

/** A block of EXIF with an orientation and a place on earth. */
export const exifOf = (orientation: number): Uint8Array =>
  join(
    ascii('Exif\0\0MM\0*'),
    big32(8),
    [0, 2],
    [0x01, 0x12, 0, 3, ...big32(1), 0, orientation, 0, 0],
    [0x88, 0x25, 0, 4, ...big32(1), ...big32(0)],
    big32(0),
    ascii('GPS 48.8584 N 2.2945 E'),
  )
