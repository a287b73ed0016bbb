/** The edges of the squares that an avatar is made of, in pixels. */
export const avatarSizes = [64, 128, 256, 512] as const
export type AvatarSize = (typeof avatarSizes)[number]

/** The largest file that is read, in bytes. */
export const mostImageBytes = 5 * 1024 * 1024

/** What an image is refused for: no type that we read, bytes that don't make an image, more pixels than we decode. */
export type ImageFault = 'unsupported' | 'damaged' | 'too-many-pixels'

export type RenderedAvatar =
  | { ok: true; renditions: { size: AvatarSize; bytes: Uint8Array<ArrayBuffer> }[] }
  | { ok: false; fault: ImageFault }

/** Reads images that strangers send. The type is read from the bytes; pixels are counted before any is decoded. */
export interface ImageRenderer {
  /** Square WebP renditions of an image, cut from its middle, upright, without metadata. Throws `overloaded`. */
  renderAvatar(image: Uint8Array<ArrayBuffer>): Promise<RenderedAvatar>
}
