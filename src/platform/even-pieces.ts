/** The same bytes in pieces of one size, but for the last, which may be smaller. There is one at least. */
export async function* inPieces(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let filling = new Uint8Array(size)
  let filled = 0
  for await (let rest of pieces) {
    while (rest.length > 0) {
      if (filled === size) {
        yield filling
        filling = new Uint8Array(size)
        filled = 0
      }
      const taken = rest.subarray(0, size - filled)
      filling.set(taken, filled)
      filled += taken.length
      rest = rest.subarray(taken.length)
    }
  }
  yield filling.subarray(0, filled)
}
