import { avatarSizes, type RenderedAvatar } from '#core/images'
import { fromBase64Url, toBase64Url } from '#core/secrets'

type Written = Extract<RenderedAvatar, { ok: false }> | { ok: true; renditions: string[] }

/** How what was rendered travels between processes and Workers of ours: the sizes are known by their order. */
export const writeRendered = (rendered: RenderedAvatar): string => {
  const written: Written = rendered.ok
    ? { ok: true, renditions: rendered.renditions.map(({ bytes }) => toBase64Url(bytes)) }
    : rendered
  return JSON.stringify(written)
}

/** Reads what `writeRendered` wrote. Throws on anything else. */
export const readRendered = (text: string): RenderedAvatar => {
  const written: Written = JSON.parse(text)
  if (!written.ok) return written
  const renditions = avatarSizes.map((size, index) => ({ size, bytes: fromBase64Url(written.renditions[index] ?? '') }))
  if (renditions.some(({ bytes }) => bytes.length === 0)) throw new Error('A rendition is missing.')
  return { ok: true, renditions }
}
