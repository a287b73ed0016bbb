import { expect } from 'bun:test'
import { avatarSizes, type ImageFault, type RenderedAvatar } from '#core/images'
import { createAvatarRenderer } from '#platform/avatar-renderer'
import { createImageCodecs } from '#platform/image-codecs'
import { compileImageModules } from '#platform/image-modules'
import type { Colour } from '../support/pictures'

const codecs = createImageCodecs(await compileImageModules())

/** The renderer in this thread. */
export const renderer = createAvatarRenderer(codecs)

/** What is wrong with a file. */
export const faultOf = async (file: Uint8Array<ArrayBuffer>): Promise<ImageFault | undefined> => {
  const rendered = await renderer.renderAvatar(file)
  return rendered.ok ? undefined : rendered.fault
}

/** The names of the chunks of a WebP file. */
export const chunksOf = (webp: Uint8Array): string[] => {
  const names: string[] = []
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  for (let at = 12; at + 8 <= webp.length; ) {
    const length = view.getUint32(at + 4, true)
    names.push(Buffer.from(webp.subarray(at, at + 4)).toString('latin1'))
    at += 8 + length + (length % 2)
  }
  return names
}

/** The colour of a rendition at a place, from 0 to 1 of its edge. */
export const colourAt = async (rendered: RenderedAvatar, size: number, [x, y]: [number, number]): Promise<Colour> => {
  if (!rendered.ok) throw new Error(rendered.fault)
  const bytes = rendered.renditions.find((rendition) => rendition.size === size)?.bytes ?? new Uint8Array()
  let colour: Colour = [0, 0, 0, 0]
  const isRead = await codecs.decodeWebp(bytes, (pixels) => {
    const at = (Math.floor(y * size) * size + Math.floor(x * size)) * 4
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4)
    colour = [red, green, blue, alpha]
    return pixels.length === size * size * 4
  })
  expect(isRead).toBe(true)
  return colour
}

/** Renders a picture, which has to be whole, and holds its renditions to what all have to be. */
export const render = async (file: Uint8Array<ArrayBuffer>): Promise<RenderedAvatar> => {
  const rendered = await renderer.renderAvatar(file)
  if (!rendered.ok) throw new Error(rendered.fault)
  expect(rendered.renditions.map(({ size }) => size)).toEqual([...avatarSizes])
  for (const { bytes } of rendered.renditions) {
    // Colours, and alpha where there is some: no EXIF, XMP or ICCP.
    expect(['VP8 ', 'VP8X,ALPH,VP8 ']).toContain(chunksOf(bytes).join())
  }
  return rendered
}

/** Whether colours are the same to the eye: they went through lossy codecs. */
export const expectColour = (actual: Colour, expected: Colour, tolerance = 14): void => {
  const [, , , alpha = 255] = expected
  const differences =
    alpha === 0 ? [(actual[3] ?? 255) - 0] : [0, 1, 2].map((at) => (actual[at] ?? 0) - (expected[at] ?? 0))
  expect({ actual, expected, isClose: differences.every((difference) => Math.abs(difference) <= tolerance) }).toEqual({
    actual,
    expected,
    isClose: true,
  })
}
