import { type Colour, paint } from '../support/pictures'
import { colourAt, expectColour, render } from './read-picture'

export const red: Colour = [220, 30, 30]
export const green: Colour = [30, 190, 40]
export const blue: Colour = [30, 50, 210]
export const white: Colour = [240, 240, 240]
export const none: Colour = [0, 0, 0, 0]

export type Corners = [topLeft: Colour, topRight: Colour, bottomLeft: Colour, bottomRight: Colour]

/** Four colours, one in each corner, and what is beside the square in the middle: black. */
export const corners = (width: number, height: number, [a, b, c, d]: Corners = [red, green, blue, white]) => {
  const side = Math.min(width, height)
  const [left, top] = [(width - side) / 2, (height - side) / 2]
  return paint(width, height, (x, y) => {
    if (x < left || x >= left + side || y < top || y >= top + side) return [0, 0, 0]
    const isRight = x >= left + side / 2
    return y >= top + side / 2 ? (isRight ? d : c) : isRight ? b : a
  })
}

/** Holds all renditions of a file to four colours. */
export const expectCorners = async (
  file: Uint8Array<ArrayBuffer>,
  [a, b, c, d]: Corners = [red, green, blue, white],
) => {
  const rendered = await render(file)
  for (const size of [64, 128, 256, 512]) {
    expectColour(await colourAt(rendered, size, [0.1, 0.1]), a)
    expectColour(await colourAt(rendered, size, [0.9, 0.1]), b)
    expectColour(await colourAt(rendered, size, [0.1, 0.9]), c)
    expectColour(await colourAt(rendered, size, [0.9, 0.9]), d)
  }
}
