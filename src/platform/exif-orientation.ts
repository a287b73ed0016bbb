import { isTextAt, littleUint16, littleUint32, uint16, uint32 } from './image-header'

const orientationTag = 0x0112
const shortType = 3

/** More entries than any camera writes. */
const mostEntries = 512

/**
 * How a picture lies, from 1, upright, to 8 (Exif 2.32, section 4.6.4, and TIFF 6.0); 1 where nothing sensible is said.
 * @param exif the block, with or without the six bytes of its name before it
 */
export const readOrientation = (exif: Uint8Array): number => {
  const tiff = isTextAt(exif, 0, 'Exif\0\0') ? exif.subarray(6) : exif
  const isLittle = isTextAt(tiff, 0, 'II*\0')
  if (!isLittle && !isTextAt(tiff, 0, 'MM\0*')) return 1
  const [short, long] = isLittle ? [littleUint16, littleUint32] : [uint16, uint32]
  const directory = long(tiff, 4)
  const entries = Math.min(short(tiff, directory), mostEntries)
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12
    if (short(tiff, entry) !== orientationTag) continue
    const orientation = short(tiff, entry + 2) === shortType ? short(tiff, entry + 8) : 1
    return orientation >= 1 && orientation <= 8 ? orientation : 1
  }
  return 1
}
