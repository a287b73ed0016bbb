import { type PngPicture, samplesOf } from './png-reader'

/** Makes RGBA of the samples of a row. */
type Paint = (row: Uint8Array, pixels: Uint8Array) => void

/** Eight bits for each of red, green and blue: what most photos are, and most rows of them are painted by. */
const paintTrueColour: Paint = (row, pixels) => {
  for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
    pixels[to] = row[from] ?? 0
    pixels[to + 1] = row[from + 1] ?? 0
    pixels[to + 2] = row[from + 2] ?? 0
    pixels[to + 3] = 255
  }
}

const createSampler = (bitDepth: number): ((row: Uint8Array, index: number) => number) => {
  if (bitDepth === 8) return (row, index) => row[index] ?? 0
  if (bitDepth === 16) return (row, index) => (row[index * 2] ?? 0) * 256 + (row[index * 2 + 1] ?? 0)
  return (row, index) => {
    const bit = index * bitDepth
    return ((row[bit >> 3] ?? 0) >> (8 - bitDepth - (bit & 7))) & (2 ** bitDepth - 1)
  }
}

const createPalettePainter = ({ bitDepth, palette, transparency }: PngPicture): Paint => {
  const sampleAt = createSampler(bitDepth)
  return (row, pixels) => {
    for (let x = 0; x * 4 < pixels.length; x += 1) {
      const colour = sampleAt(row, x)
      pixels[x * 4] = palette[colour * 3] ?? 0
      pixels[x * 4 + 1] = palette[colour * 3 + 1] ?? 0
      pixels[x * 4 + 2] = palette[colour * 3 + 2] ?? 0
      pixels[x * 4 + 3] = transparency?.[colour] ?? 255
    }
  }
}

/** Grey and colours of any depth, with alpha, one transparent colour, or neither. */
const createSamplePainter = ({ bitDepth, colourType, transparency }: PngPicture): Paint => {
  const sampleAt = createSampler(bitDepth)
  const most = 2 ** bitDepth - 1
  const toByte = (sample: number) => (bitDepth === 16 ? sample >> 8 : Math.round((sample * 255) / most))
  const keyAt = (index: number) =>
    transparency ? (transparency[index * 2] ?? 0) * 256 + (transparency[index * 2 + 1] ?? 0) : -1
  const [keyRed, keyGreen, keyBlue] = [keyAt(0), keyAt(1), keyAt(2)]
  const samples = samplesOf[colourType]
  const isColour = colourType === 2 || colourType === 6
  const hasAlpha = colourType === 4 || colourType === 6
  return (row, pixels) => {
    for (let x = 0; x * 4 < pixels.length; x += 1) {
      const red = sampleAt(row, x * samples)
      const green = isColour ? sampleAt(row, x * samples + 1) : red
      const blue = isColour ? sampleAt(row, x * samples + 2) : red
      const isKey = red === keyRed && (!isColour || (green === keyGreen && blue === keyBlue))
      pixels[x * 4] = toByte(red)
      pixels[x * 4 + 1] = toByte(green)
      pixels[x * 4 + 2] = toByte(blue)
      if (hasAlpha) pixels[x * 4 + 3] = toByte(sampleAt(row, x * samples + samples - 1))
      else pixels[x * 4 + 3] = isKey ? 0 : 255
    }
  }
}

/** How rows of a PNG become RGBA (PNG 3rd edition, section 13). */
export const createPngPainter = (picture: PngPicture): Paint => {
  const { bitDepth, colourType, transparency } = picture
  if (colourType === 3) return createPalettePainter(picture)
  if (bitDepth === 8 && colourType === 6) return (row, pixels) => pixels.set(row)
  if (bitDepth === 8 && colourType === 2 && !transparency) return paintTrueColour
  return createSamplePainter(picture)
}
