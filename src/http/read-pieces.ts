import type { Context } from 'hono'
import { retryAfter } from '#core/problem'
import { malformedRequest, overloaded, payloadTooLarge } from '#core/problems'
import type { AppEnv } from './router'

/** So many bodies are read this way at a time: each holds a piece in memory. */
const mostReaders = 4
let readers = 0

/** Whoever sends nothing for so long is cut off. */
const silentSeconds = 30

const hangUp = { headers: { connection: 'close' } }

type Bytes = Uint8Array<ArrayBuffer>

const readNext = async (reader: ReadableStreamDefaultReader<Bytes>): Promise<Bytes | undefined> => {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    reader.cancel().catch(() => {})
  }, silentSeconds * 1000)
  try {
    const { value } = await reader.read()
    if (isLate) throw malformedRequest({ ...hangUp, detail: 'The body took too long.' })
    return value
  } finally {
    clearTimeout(timer)
  }
}

async function* cut(reader: ReadableStreamDefaultReader<Bytes>, most: number, pieceBytes: number) {
  let piece = new Uint8Array(pieceBytes)
  let [filled, total] = [0, 0]
  for (let bytes = await readNext(reader); bytes; bytes = await readNext(reader)) {
    total += bytes.length
    if (total > most) throw payloadTooLarge(hangUp)
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + pieceBytes - filled)
      piece.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < pieceBytes) continue
      yield piece
      piece = new Uint8Array(pieceBytes)
      filled = 0
    }
  }
  if (filled > 0) yield piece.slice(0, filled)
}

/**
 * Reads a large body in pieces of the same size, but for the last, and never holds more than one. It stops past its limit.
 * Throws `payload-too-large`, `malformed-request`, `overloaded`.
 * @param most bytes of all of it
 */
export async function* readPieces(
  c: Context<AppEnv>,
  { most, pieceBytes }: { most: number; pieceBytes: number },
): AsyncGenerator<Bytes> {
  const body: ReadableStream<Bytes> | null = c.req.raw.body
  if (!body) return
  if (readers >= mostReaders) throw overloaded(retryAfter(10))
  readers += 1
  const reader = body.getReader()
  try {
    yield* cut(reader, most, pieceBytes)
  } finally {
    readers -= 1
    reader.cancel().catch(() => {})
  }
}
