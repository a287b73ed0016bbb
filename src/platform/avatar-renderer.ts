import { avatarSizes, type ImageFault, type ImageRenderer, type RenderedAvatar } from '#core/images'
import { readGifRows } from './gif-pixels'
import { readGif } from './gif-reader'
import type { ImageCodecs } from './image-codecs'
import { findHeaderFault, type ImageHeader, isTextAt, isUnreadable } from './image-header'
import { inflate } from './inflate'
import { readJpegHeader } from './jpeg-header'
import { createPngRows } from './png-pixels'
import { readPng } from './png-reader'
import { createSquare, resizeSquare, type Square, turnUpright } from './square'
import { readWebp, type WebpPicture } from './webp-reader'

const largest = Math.max(...avatarSizes)

/**
 * What decoders of whole pictures may take. They keep it, and a Worker has 128 MiB with all else that it does. A photo of
 * 4096 by 3072 fits. PNG and GIF are read row by row, which takes next to nothing.
 */
const mostDecodedBytes = { jpeg: 51_000_000, webp: 32_000_000 } as const

const squareOf = ({ width, height }: ImageHeader) => createSquare(width, height, largest)

interface Place {
  width: number
  height: number
  left?: number
  top?: number
}

/** Adds pixels that are there as a whole, row by row. @returns whether there are as many as there have to be */
const addAll = (
  square: ReturnType<typeof createSquare>,
  pixels: Uint8Array | Uint8ClampedArray,
  { width, height, left = 0, top = 0 }: Place,
): boolean => {
  if (pixels.length !== width * height * 4) return false
  for (let y = 0; y < height; y += 1) {
    square.addRow(pixels.subarray(y * width * 4, (y + 1) * width * 4), { y: top + y, left })
  }
  return true
}

/** A reader gives a fault, or the square in the middle of a picture as it lies in the file. */
type Read = ImageFault | { header: ImageHeader; square: Square }
type Reader = (file: Uint8Array<ArrayBuffer>, codecs: ImageCodecs) => Promise<Read>

const readGifSquare: Reader = async (file) => {
  const picture = readGif(file)
  if (isUnreadable(picture)) return picture
  const fault = findHeaderFault(picture)
  if (fault) return fault
  const square = squareOf(picture)
  const { left, top } = picture.frame
  const isWhole = readGifRows(picture, (row, index) => square.addRow(row, { y: top + index, left }))
  return isWhole ? { header: picture, square: square.finish() } : 'damaged'
}

const readPngSquare: Reader = async (file) => {
  const picture = readPng(file)
  if (isUnreadable(picture)) return picture
  const fault = findHeaderFault(picture)
  if (fault) return fault
  const square = squareOf(picture)
  const rows = createPngRows(picture, square.addRow)
  await inflate(picture.packed, (bytes) => {
    rows.add(bytes)
    return !rows.isWhole() && !rows.isBroken()
  })
  return rows.isWhole() ? { header: picture, square: square.finish() } : 'damaged'
}

const readJpegSquare: Reader = async (file, { decodeJpeg }) => {
  const header = readJpegHeader(file)
  if (isUnreadable(header)) return header
  const fault = findHeaderFault(header, mostDecodedBytes.jpeg)
  if (fault) return fault
  const square = squareOf(header)
  const isRead = await decodeJpeg(file, (pixels) => addAll(square, pixels, header))
  return isRead ? { header, square: square.finish() } : 'damaged'
}

/** What its own header says of the frame of an animation counts as well as the canvas. */
const frameOf = (picture: WebpPicture): ImageHeader => ({ ...picture, ...picture.frame })

const readWebpSquare: Reader = async (file, { decodeWebp }) => {
  const picture = readWebp(file)
  if (isUnreadable(picture)) return picture
  const fault = findHeaderFault(picture) ?? findHeaderFault(frameOf(picture), mostDecodedBytes.webp)
  if (fault) return fault
  const square = squareOf(picture)
  const isRead = await decodeWebp(picture.wrap(), (pixels) => addAll(square, pixels, picture.frame))
  return isRead ? { header: picture, square: square.finish() } : 'damaged'
}

/** Which reader a file is for, by its first bytes and nothing else. */
const readerOf = (file: Uint8Array): Reader | undefined => {
  if (isTextAt(file, 0, '\x89PNG\r\n\x1a\n')) return readPngSquare
  if (isTextAt(file, 0, '\xff\xd8\xff')) return readJpegSquare
  if (isTextAt(file, 0, 'GIF87a') || isTextAt(file, 0, 'GIF89a')) return readGifSquare
  if (isTextAt(file, 0, 'RIFF') && isTextAt(file, 8, 'WEBP')) return readWebpSquare
  return undefined
}

const render = async (square: Square, { encodeWebp }: ImageCodecs): Promise<RenderedAvatar> => {
  const encoded = await encodeWebp(avatarSizes.map((size) => resizeSquare(square, size)))
  const renditions = avatarSizes.map((size, at) => ({ size, bytes: encoded[at] ?? new Uint8Array() }))
  return { ok: true, renditions }
}

/** Renders in this thread, one picture after another. Nothing of a file gets into what it gives but colours. */
export const createAvatarRenderer = (codecs: ImageCodecs): ImageRenderer => ({
  renderAvatar: async (image) => {
    const read = (await readerOf(image)?.(image, codecs)) ?? 'unsupported'
    if (typeof read === 'string') return { ok: false, fault: read }
    return render(turnUpright(read.square, read.header.orientation), codecs)
  },
})
