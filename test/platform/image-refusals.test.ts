import { expect, test } from 'bun:test'
import {
  ascii,
  big32,
  gifFrame,
  gifStart,
  join,
  little16,
  little32,
  paint,
  pngChunk,
  pngOf,
  pngSignature,
  pngStart,
  toGif,
  toJpeg,
  toPng,
  withSegment,
} from '../support/pictures'
import { faultOf } from './read-picture'

const grey = paint(40, 30, () => [90, 90, 90])
const jpeg = toJpeg(grey)
const png = toPng(grey)
/** Where the size of a JPEG stands: behind its first marker of a frame. */
const frameAt = (file: Uint8Array) => Buffer.from(file).indexOf(Buffer.from([0xff, 0xc0]))

const jpegOf = (width: number, height: number) => {
  const file = jpeg.slice()
  file.set([height >> 8, height & 255, width >> 8, width & 255], frameAt(file) + 5)
  return file
}

const riff = (...chunks: Uint8Array[]) => {
  const content = join(ascii('WEBP'), ...chunks)
  return join(ascii('RIFF'), little32(content.length), content)
}
const webpChunk = (name: string, content: number[] | Uint8Array) =>
  join(ascii(name), little32(content.length), content, content.length % 2 ? [0] : [])
const little24 = (value: number) => little32(value).slice(0, 3)
const lossy = (width: number, height: number) =>
  webpChunk('VP8 ', [0x10, 0, 0, 0x9d, 1, 0x2a, ...little16(width), ...little16(height), 0, 0])
const lossless = (width: number, height: number) =>
  webpChunk('VP8L', [0x2f, ...little32(((height - 1) * 2 ** 14 + width - 1) >>> 0), 0])
const extended = (flags: number, width: number, height: number) =>
  webpChunk('VP8X', [flags, 0, 0, 0, ...little24(width - 1), ...little24(height - 1)])
const animated = (width: number, height: number, picture: Uint8Array) =>
  webpChunk('ANMF', join(little24(0), little24(0), little24(width - 1), little24(height - 1), [0, 0, 0, 0], picture))

const tooLarge: Record<string, Uint8Array<ArrayBuffer>> = {
  'a PNG of 50,000 by 50,000': join(
    pngSignature,
    pngStart({ width: 50_000, height: 50_000 }),
    pngChunk('IDAT', [1]),
    pngChunk('IEND', []),
  ),
  'a PNG of one long row': pngOf({ width: 4097, height: 1 }, new Uint8Array(4097 * 4 + 1)),
  'a GIF of 50,000 by 50,000': join(
    gifStart(50_000, 50_000),
    gifFrame({ width: 1, height: 1, indices: new Uint8Array(1) }),
  ),
  'a GIF whose picture is as large': join(
    gifStart(50_000, 50_000),
    gifFrame({ width: 50_000, height: 50_000, indices: new Uint8Array(1) }),
  ),
  'a JPEG of 50,000 by 50,000': jpegOf(50_000, 50_000),
  'a JPEG of more than 12.75 million pixels': jpegOf(4096, 3113),
  'a WebP of 16,383 by 16,383': riff(lossy(16_383, 16_383)),
  'a lossless WebP of 16,384 by 16,384': riff(lossless(16_384, 16_384)),
  'a WebP of 50,000 by 50,000': riff(extended(2, 50_000, 50_000), animated(1, 1, lossy(1, 1))),
  'a lossless WebP of more than 3.2 million pixels': riff(lossless(2000, 1601)),
}
for (const [what, file] of Object.entries(tooLarge)) {
  test(`${what} is refused by its header`, async () => expect(await faultOf(file)).toBe('too-many-pixels'))
}

const secondFrame = (file: Uint8Array<ArrayBuffer>) => {
  const at = frameAt(file)
  const frame = file.slice(at + 4, at + 4 + 15)
  frame.set([0xc3, 0x50, 0xc3, 0x50], 1)
  return withSegment(file, 0xc0, frame)
}

const scans = (count: number) => {
  const end = jpeg.length - 2
  const scan = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda]))
  const header = jpeg.subarray(scan, scan + 14)
  return join(jpeg.subarray(0, end), ...Array.from({ length: count }, () => header), jpeg.subarray(end))
}

const wrongSum = png.slice()
wrongSum[Buffer.from(png).indexOf('IDAT') + 6] = 1 + (wrongSum[Buffer.from(png).indexOf('IDAT') + 6] ?? 0)

const damaged: Record<string, Uint8Array<ArrayBuffer>> = {
  'a JPEG with two frames': secondFrame(jpeg),
  'a JPEG with more scans than any program writes': scans(64),
  'a JPEG without pixels': jpegOf(0, 30),
  'a PNG with two headers': toPng(grey, [pngStart({ width: 1, height: 1 })]),
  'a PNG with a wrong checksum': wrongSum,
  'a PNG without pixels': pngOf({ width: 0, height: 5 }, new Uint8Array(9)),
  'a PNG with fewer rows than it says': pngOf({ width: 40, height: 4000 }, new Uint8Array(1000)),
  'a PNG with a filter that there is not': pngOf({ width: 1, height: 1 }, Uint8Array.of(5, 0, 0, 0, 0)),
  'a PNG of a depth that there is not': pngOf({ width: 1, height: 1, bitDepth: 3 }, new Uint8Array(9)),
  'a PNG whose data is no zlib': join(
    pngSignature,
    pngStart({ width: 1, height: 1 }),
    pngChunk('IDAT', [1, 2, 3, 4]),
    pngChunk('IEND', []),
  ),
  'a PNG with a chunk of 2 GiB': join(png.subarray(0, 33), big32(0x7fffffff), png.subarray(37)),
  'a GIF without pixels': toGif({ width: 0, height: 0, indices: new Uint8Array() }),
  'a GIF whose picture is larger than its screen': join(
    gifStart(4, 4),
    gifFrame({ width: 4000, height: 4000, indices: new Uint8Array(16) }),
  ),
  'a GIF with fewer pixels than it says': toGif({ width: 40, height: 30, indices: new Uint8Array(600) }),
  'a WebP whose picture is larger than its canvas': riff(extended(0, 10, 10), lossy(16_000, 16_000)),
  'an animated WebP whose frame is larger than its canvas': riff(
    extended(2, 10, 10),
    animated(10, 10, lossy(16_000, 16_000)),
  ),
  'a WebP without a picture': riff(extended(0, 10, 10)),
  'a WebP longer than it is': join(ascii('RIFF'), little32(9999), riff(lossy(1, 1)).subarray(8)),
}
for (const [what, file] of Object.entries(damaged)) {
  test(`${what} is damaged`, async () => expect(await faultOf(file)).toBe('damaged'))
}

const printers = () => {
  const at = frameAt(jpeg)
  const frame = join(
    [8, 0, 30, 0, 40, 4],
    [1, 2, 3, 4].flatMap((id) => [id, 0x11, 0]),
  )
  return join(jpeg.subarray(0, at), [0xff, 0xc0, 0, frame.length + 2], frame, jpeg.subarray(at + 19))
}
const withFrameType = (type: number) => {
  const file = jpeg.slice()
  file[frameAt(file) + 1] = type
  return file
}

const unsupported: Record<string, Uint8Array<ArrayBuffer>> = {
  'an SVG': join(ascii('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')),
  'an SVG behind a declaration': join(ascii('<?xml version="1.0"?><svg onload="alert(1)"/>')),
  'a BMP': join(ascii('BM'), new Uint8Array(60)),
  'an icon': join([0, 0, 1, 0], new Uint8Array(60)),
  'an AVIF': join([0, 0, 0, 28], ascii('ftypavif'), new Uint8Array(60)),
  'a PDF': join(ascii('%PDF-1.7')),
  'a page that says it is a GIF later': join(ascii('<html>GIF89a')),
  nothing: new Uint8Array(),
  'a JPEG for printers': printers(),
  'a JPEG with arithmetic coding': withFrameType(0xc9),
  'a lossless JPEG': withFrameType(0xc3),
}
for (const [what, file] of Object.entries(unsupported)) {
  test(`${what} is none of ours`, async () => expect(await faultOf(file)).toBe('unsupported'))
}
