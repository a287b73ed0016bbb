import { expect, test } from 'bun:test'
import { Hono } from 'hono'
import { readPieces } from '#http/read-pieces'
import type { AppEnv } from '#http/router'

const sizes = { most: 100, pieceBytes: 8 }

/** Sends chunks of these sizes, and gives the pieces that came of them. */
const piecesOf = async (
  chunks: number[],
  reading: (pieces: AsyncIterable<Uint8Array>) => Promise<unknown> = Array.fromAsync,
) => {
  let read: unknown
  const app = new Hono<AppEnv>()
  app.post('/', async (c) => {
    try {
      read = await reading(readPieces(c, sizes))
    } catch (error) {
      read = error
    }
    return c.body(null, 204)
  })
  let next = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const size = chunks.shift()
      if (size === undefined) return controller.close()
      controller.enqueue(Uint8Array.from({ length: size }, () => next++ & 255))
    },
  })
  await app.request('/', { method: 'POST', body })
  return read
}

const numbers = (from: number, count: number) => Uint8Array.from({ length: count }, (_, at) => from + at)

test('pieces are of one size but the last, however the bytes come, and none is lost', async () => {
  const expected = [numbers(0, 8), numbers(8, 8), numbers(16, 5)]
  for (const chunks of [[21], [8, 8, 5], [1, 7, 9, 4], Array(21).fill(1)]) {
    expect(await piecesOf(chunks)).toEqual(expected)
  }
  expect(await piecesOf([16])).toEqual([numbers(0, 8), numbers(8, 8)])
  expect(await piecesOf([])).toEqual([])
})

test('a body that is too long is read no further than its limit', async () => {
  expect(await piecesOf([100])).toHaveLength(13)
  expect(await piecesOf([60, 41])).toMatchObject({ definition: { code: 'payload_too_large' } })
})

test('of many readers at a time some are sent away, and who leaves makes room', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const hold = async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const _ of pieces) await held
    return 'read'
  }
  const readers = Array.from({ length: 6 }, () => piecesOf([9, 9], hold))
  await Bun.sleep(20)
  release()
  const outcomes = await Promise.all(readers)
  expect(outcomes.filter((outcome) => outcome === 'read')).toHaveLength(4)
  expect(await piecesOf([9], hold)).toBe('read')
})
