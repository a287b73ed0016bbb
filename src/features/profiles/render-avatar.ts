import type { Context } from '#core/context'
import type { ImageFault, RenderedAvatar } from '#core/images'
import type { ProblemFactory } from '#core/problem'
import { damagedImage, imageTooLarge, unsupportedImage } from './problems'

const problems: Record<ImageFault, ProblemFactory> = {
  unsupported: unsupportedImage,
  damaged: damagedImage,
  'too-many-pixels': imageTooLarge,
}

/** The renditions of an image. Throws `unsupported-image`, `damaged-image`, `image-too-large`, `overloaded`. */
export async function renderAvatar(
  ctx: Context,
  image: Uint8Array<ArrayBuffer>,
): Promise<Extract<RenderedAvatar, { ok: true }>['renditions']> {
  const rendered = await ctx.images.renderAvatar(image)
  if (!rendered.ok) throw problems[rendered.fault]()
  return rendered.renditions
}
