import { readOrientation } from './exif-orientation'
import { type ImageHeader, isTextAt, type Unreadable, uint16 } from './image-header'

/** ITU-T T.81, table B.1. */
const marker = { end: 0xd9, scan: 0xda, app1: 0xe1 } as const

/** Baseline, extended sequential and progressive, Huffman-coded: what cameras and programs write. */
const frames = new Set([0xc0, 0xc1, 0xc2])
const progressive = 0xc2

/** Lossless, hierarchical and arithmetic-coded ones. */
const isOtherFrame = (type: number) => type >= 0xc3 && type <= 0xcf && type !== 0xc4 && type !== 0xc8 && type !== 0xcc

/** Each costs a walk over all of the picture, however little it holds; programs write about ten. */
const mostScans = 64

const hasNoLength = (type: number) => type === 0x01 || (type >= 0xd0 && type <= 0xd8)

interface Frame {
  type: number
  width: number
  height: number
  components: number
  /** How many coefficients there are for each pixel. */
  coefficients: number
}

/** One or three components of 8 bits, or undefined: four are for printers. */
const readFrame = (bytes: Uint8Array, at: number, type: number, length: number): Frame | undefined => {
  const components = bytes[at + 7] ?? 0
  if (bytes[at + 2] !== 8 || (components !== 1 && components !== 3) || length !== 8 + 3 * components) return undefined
  const factors = Array.from({ length: components }, (_, index) => bytes[at + 9 + index * 3] ?? 0)
  const areas = factors.map((factor) => (factor >> 4) * (factor & 15))
  if (factors.some((factor) => factor >> 4 < 1 || factor >> 4 > 4 || (factor & 15) < 1 || (factor & 15) > 4)) {
    return undefined
  }
  const largest = Math.max(...factors.map((factor) => factor >> 4)) * Math.max(...factors.map((factor) => factor & 15))
  const coefficients = areas.reduce((sum, area) => sum + area, 0) / largest
  return { type, width: uint16(bytes, at + 5), height: uint16(bytes, at + 3), components, coefficients }
}

/** What one pixel takes: four bytes decoded, and two for each coefficient if they are kept until the last scan. */
const bytesPerPixelOf = ({ coefficients }: Frame, isKept: boolean) => 4 + (isKept ? 2 * coefficients : 0)

/** Where entropy-coded bytes end: at a marker that is neither a stuffed byte nor a restart. */
const findMarker = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next !== undefined && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return bytes.length
}

/** Reads a JPEG from its first marker to its last, all scans included; what follows is not part of it. */
export const readJpegHeader = (bytes: Uint8Array): ImageHeader | Unreadable => {
  let frame: Frame | undefined
  let orientation = 1
  let scans = 0
  let isKept = false
  for (let at = 2; at < bytes.length; ) {
    at = findMarker(bytes, at)
    const type = bytes[at + 1] ?? 0
    at += 2
    if (type === marker.end && frame && scans > 0) {
      const { width, height } = frame
      return { width, height, orientation, bytesPerPixel: bytesPerPixelOf(frame, isKept) }
    }
    if (type === marker.end) return 'damaged'
    if (hasNoLength(type)) continue
    const length = uint16(bytes, at)
    if (length < 2 || at + length > bytes.length) return 'damaged'
    if (isOtherFrame(type)) return 'unsupported'
    if (frames.has(type)) {
      // A second one would have other sizes than those that were counted.
      if (frame) return 'damaged'
      frame = readFrame(bytes, at, type, length)
      if (!frame) return 'unsupported'
    }
    if (type === marker.scan) {
      scans += 1
      if (!frame || scans > mostScans) return 'damaged'
      isKept ||= frame.type === progressive || (bytes[at + 2] ?? 0) < frame.components
    }
    if (type === marker.app1 && isTextAt(bytes, at + 2, 'Exif\0\0') && scans === 0) {
      orientation = readOrientation(bytes.subarray(at + 2, at + length))
    }
    at += length
  }
  return 'damaged'
}
