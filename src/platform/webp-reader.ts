import { readOrientation } from './exif-orientation'
import { type ImageHeader, isTextAt, littleUint16, littleUint24, littleUint32, type Unreadable } from './image-header'

/** A picture in a WebP file; of an animation the canvas. */
export interface WebpPicture extends ImageHeader {
  /** Where the picture is on the canvas: the first frame of an animation may fill a part. */
  frame: { width: number; height: number; left: number; top: number }
  /** Makes a file of nothing but it: no metadata, no other frame, no word about its size but its own. */
  wrap(): Uint8Array<ArrayBuffer>
}

interface Chunk {
  name: string
  /** With its name and length, padded to an even length. */
  whole: Uint8Array
  content: Uint8Array
}

/** More than any file has before its first picture. */
const mostChunks = 64

const nameAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))

/** The chunks of a RIFF file one after another (RFC 9649, section 2.3); undefined when one ends behind the file. */
const readChunks = (bytes: Uint8Array): Chunk[] | undefined => {
  const chunks: Chunk[] = []
  for (let at = 0; at + 8 <= bytes.length && chunks.length < mostChunks; ) {
    const length = littleUint32(bytes, at + 4)
    const end = at + 8 + length
    if (end > bytes.length) return undefined
    chunks.push({
      name: nameAt(bytes, at),
      whole: bytes.subarray(at, end + (length % 2)),
      content: bytes.subarray(at + 8, end),
    })
    at = end + (length % 2)
  }
  return chunks
}

/** Four bytes decoded; lossless ones once more while they are unpacked, alpha beside them. */
const bytesPerPixel = { lossy: 5, lossyWithAlpha: 10, lossless: 10 } as const

/** RFC 6386, section 9.1, and RFC 9649, section 3.4. */
const readSize = ({ name, content }: Chunk): { width: number; height: number } | undefined => {
  if (name === 'VP8 ') {
    const isKeyFrame = ((content[0] ?? 1) & 1) === 0 && isTextAt(content, 3, '\x9d\x01\x2a')
    if (!isKeyFrame || content.length < 10) return undefined
    return { width: littleUint16(content, 6) & 0x3fff, height: littleUint16(content, 8) & 0x3fff }
  }
  if (content[0] !== 0x2f || content.length < 5 || (content[4] ?? 0) >> 5 !== 0) return undefined
  const bits = littleUint32(content, 1)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0))

const littleEndian = (value: number, length: number) =>
  Array.from({ length }, (_, index) => Math.floor(value / 256 ** index) % 256)

/** A file of one picture, with its alpha if that is apart (RFC 9649, section 2.7). */
const wrap = (chunks: Chunk[], { width, height }: { width: number; height: number }): Uint8Array<ArrayBuffer> => {
  const extended = [...littleEndian(0x10, 4), ...littleEndian(width - 1, 3), ...littleEndian(height - 1, 3)]
  const lead = chunks.length > 1 ? [...ascii('VP8X'), ...littleEndian(10, 4), ...extended] : []
  const size = 4 + lead.length + chunks.reduce((sum, { content }) => sum + 8 + content.length + (content.length % 2), 0)
  const file = new Uint8Array(8 + size)
  file.set([...ascii('RIFF'), ...littleEndian(size, 4), ...ascii('WEBP'), ...lead])
  let at = 12 + lead.length
  for (const { whole, content } of chunks) {
    file.set(whole, at)
    at += 8 + content.length + (content.length % 2)
  }
  return file
}

/** The picture among chunks: of a whole file, or of one frame. */
const findPicture = (chunks: Chunk[]) => {
  const index = chunks.findIndex(({ name }) => name === 'VP8 ' || name === 'VP8L')
  const picture = chunks[index]
  const size = picture && readSize(picture)
  if (!picture || !size) return undefined
  const alpha = picture.name === 'VP8 ' ? chunks.slice(0, index).find(({ name }) => name === 'ALPH') : undefined
  const kind = picture.name === 'VP8L' ? 'lossless' : alpha ? 'lossyWithAlpha' : 'lossy'
  return { size, wrap: () => wrap(alpha ? [alpha, picture] : [picture], size), bytesPerPixel: bytesPerPixel[kind] }
}

/** Reads a WebP file: its picture, or the first frame of an animation. */
export const readWebp = (bytes: Uint8Array): WebpPicture | Unreadable => {
  const end = 8 + littleUint32(bytes, 4)
  if (end > bytes.length) return 'damaged'
  const chunks = readChunks(bytes.subarray(12, end))
  const [first] = chunks ?? []
  if (!chunks || !first) return 'damaged'
  const extended = first.name === 'VP8X' && first.content.length >= 10 ? first.content : undefined
  const frame =
    extended && ((extended[0] ?? 0) & 2) !== 0 ? chunks.find(({ name }) => name === 'ANMF')?.content : undefined
  const found = findPicture((frame ? readChunks(frame.subarray(16)) : chunks) ?? [])
  if (!found) return 'damaged'
  const { width, height } = found.size
  const canvas = extended
    ? { width: littleUint24(extended, 4) + 1, height: littleUint24(extended, 7) + 1 }
    : { width, height }
  const left = frame ? littleUint24(frame, 0) * 2 : 0
  const top = frame ? littleUint24(frame, 3) * 2 : 0
  const fits = frame
    ? left + width <= canvas.width && top + height <= canvas.height
    : width === canvas.width && height === canvas.height
  if (!fits) return 'damaged'
  const exif = chunks.find(({ name }) => name === 'EXIF')
  return {
    ...canvas,
    orientation: exif ? readOrientation(exif.content) : 1,
    bytesPerPixel: found.bytesPerPixel,
    frame: { ...found.size, left, top },
    wrap: found.wrap,
  }
}
