/** What one piece unpacks to stays bounded by it: zlib makes at most 1,032 bytes of one. */
const pieceBytes = 8192

/** Cuts parts into pieces that are handed out as they are asked for. */
const streamOf = (parts: Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let [index, at] = [0, 0]
  return new ReadableStream({
    pull: (controller) => {
      while (index < parts.length && at >= (parts[index]?.length ?? 0)) [index, at] = [index + 1, 0]
      const piece = parts[index]?.slice(at, at + pieceBytes)
      if (!piece) return controller.close()
      at += piece.length
      controller.enqueue(new Uint8Array(piece))
    },
  })
}

/**
 * Unpacks a stream of zlib (RFC 1950) for as long as `take` wants more of it. A stream that is broken ends like one that is
 * too short: who takes it knows how much there has to be.
 */
export const inflate = async (parts: Uint8Array[], take: (bytes: Uint8Array) => boolean): Promise<void> => {
  const reader = streamOf(parts).pipeThrough(new DecompressionStream('deflate')).getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (!take(read.value)) break
    }
  } catch {
    // Told by what is missing.
  } finally {
    await reader.cancel().catch(() => {})
  }
}
