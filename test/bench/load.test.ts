import { afterAll, expect, test } from 'bun:test'
import { runClosedLoop } from '../../bench/load/closed-loop'
import { requestText } from '../../bench/load/connection'
import type { Lane } from '../../bench/load/lane'
import { runOpenLoop } from '../../bench/load/open-loop'

const silentMs = 400
/** From the next request on. */
let isToFallSilent = false
let silentUntil = 0
const bodies: string[] = []

/** Answers nobody until it is time. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    if (request.url.endsWith('/refused')) return new Response('no', { status: 418 })
    if (isToFallSilent) silentUntil = performance.now() + silentMs
    isToFallSilent = false
    bodies.push(await request.text())
    await Bun.sleep(Math.max(0, silentUntil - performance.now()))
    return Response.json({ said: 'a'.repeat(20_000) })
  },
})
afterAll(() => server.stop(true))

const lane = (path: string, most = Number.POSITIVE_INFINITY): Lane => {
  let asked = 0
  return {
    operation: 'refresh',
    contender: 'a test',
    status: 200,
    server: { url: server.url.origin, pid: process.pid, sql: Object.create(null) },
    next: () => {
      asked += 1
      return asked > most ? undefined : requestText(`POST ${path}`, { json: { asked } })
    },
  }
}

test('who waits for a server that stalls is counted from when the request was due, even if nobody was free to send it', async () => {
  isToFallSilent = true
  const { p50, p99, requests } = await runOpenLoop(lane('/'), 200, 0.5)
  expect(requests).toBe(100)
  // Due in the middle of the silence.
  expect(p50).toBeGreaterThan(100)
  expect(p99).toBeGreaterThan(silentMs * 0.75)
})

test('an open loop sends as many as are due', async () => {
  const startedAt = performance.now()
  const { requests } = await runOpenLoop(lane('/'), 1000, 0.3)
  expect(requests).toBe(300)
  expect(performance.now() - startedAt).toBeGreaterThan(290)
})

test('both loops end when nothing is left to ask', async () => {
  expect((await runClosedLoop(lane('/', 70), 16, 60)).requests).toBe(70)
  expect((await runOpenLoop(lane('/', 70), 10_000, 60)).requests).toBe(70)
})

test('requests arrive as they were written', async () => {
  bodies.length = 0
  await runClosedLoop(lane('/', 3), 1, 60)
  expect(bodies).toEqual(['{"asked":1}', '{"asked":2}', '{"asked":3}'])
})

test('an answer with another status ends the measurement', async () => {
  await expect(runClosedLoop(lane('/refused'), 4, 60)).rejects.toThrow('a test, refresh: HTTP/1.1 418')
  await expect(runOpenLoop(lane('/refused'), 100, 60)).rejects.toThrow('a test, refresh: HTTP/1.1 418')
})
