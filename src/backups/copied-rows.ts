import { startDigest } from '#platform/running-digest'

/** How much of a table is one entry of the archive, and so in memory at a time; a row that is larger is one by itself. */
const partBytes = 4 * 1024 * 1024
const newLine = 10

const countLines = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, at + 1)) count += 1
  return count
}

/** One piece of several. */
const join = (pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** The same bytes in parts of whole lines. */
export async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let kept: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces) {
    kept.push(piece)
    size += piece.length
    if (size < partBytes || piece.at(-1) !== newLine) continue
    yield join(kept, size)
    ;[kept, size] = [[], 0]
  }
  if (size > 0) yield join(kept, size)
}

export interface RowCount {
  rows: number
  bytes: number
  sha256: string
}

/** Counts rows that pass by, and says how many there are in each part, as `COPY` writes them: a line break inside a value is written in another way. */
export const startCount = (): { take: (bytes: Uint8Array) => number; end: () => RowCount } => {
  const digest = startDigest()
  let [rows, bytes] = [0, 0]
  return {
    take: (part) => {
      digest.update(part)
      const more = countLines(part)
      rows += more
      bytes += part.length
      return more
    },
    end: () => ({ rows, bytes, sha256: digest.hex() }),
  }
}
