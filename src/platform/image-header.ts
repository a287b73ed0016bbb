import type { ImageFault } from '#core/images'

/** What a file says of its picture, read without decoding any of it. */
export interface ImageHeader {
  width: number
  height: number
  /** As EXIF counts them: 1 is upright, 2 to 8 are mirrored or turned. */
  orientation: number
  /** What decoding takes at its peak for each pixel, in bytes; 0 where pixels are read row by row. */
  bytesPerPixel: number
}

/** A file whose bytes don't make an image, or one that we don't read. */
export type Unreadable = Extract<ImageFault, 'damaged' | 'unsupported'>

export const isUnreadable = (read: unknown): read is Unreadable => read === 'damaged' || read === 'unsupported'

/** The longest edge that is read, in pixels. */
const mostEdge = 4096

/**
 * What a header alone refuses.
 * @param mostBytes that decoding may take
 */
export const findHeaderFault = (
  { width, height, bytesPerPixel }: ImageHeader,
  mostBytes = Number.POSITIVE_INFINITY,
): ImageFault | undefined => {
  if (width < 1 || height < 1) return 'damaged'
  const isTooLarge = width > mostEdge || height > mostEdge || width * height * bytesPerPixel > mostBytes
  return isTooLarge ? 'too-many-pixels' : undefined
}

export const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
export const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 65_536 + uint16(bytes, at + 2)
export const littleUint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256
export const littleUint24 = (bytes: Uint8Array, at: number): number =>
  littleUint16(bytes, at) + (bytes[at + 2] ?? 0) * 65_536
export const littleUint32 = (bytes: Uint8Array, at: number): number =>
  littleUint16(bytes, at) + littleUint16(bytes, at + 2) * 65_536

/** Whether the bytes at a place are these characters of ASCII. */
export const isTextAt = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((character, index) => bytes[at + index] === character.charCodeAt(0))
