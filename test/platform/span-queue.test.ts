import { expect, test } from 'bun:test'
import type { LogEvent } from '#core/log-events'
import type { OtlpOutcome } from '#platform/otlp'
import { createSpanQueue, type SpanQueueParts } from '#platform/span-queue'
import type { FinishedSpan } from '#platform/tracer'

const config = {
  ENVIRONMENT: 'test',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
  OTEL_EXPORTER_OTLP_HEADERS: undefined,
  OTEL_SERVICE_NAME: 'door',
} as const

const spans = (count: number): FinishedSpan[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ traceId: 'a'.repeat(32), id: String(at).padStart(16, '0'), parentId: null, state: null, name: 'GET /' },
    ...{ kind: 'server', startedAt: 1, endedAt: 2, failed: false, attributes: {} },
  }))

const countOf = (message: string) => message.split('"spanId"').length - 1

/** A queue before a collector that gives these answers, and then takes everything. */
const open = (answers: (OtlpOutcome | Promise<OtlpOutcome>)[], parts: Partial<SpanQueueParts> = {}) => {
  const sizes: number[] = []
  const logs: LogEvent[] = []
  const queue = createSpanQueue({
    config,
    post: async (_, message) => {
      sizes.push(countOf(message))
      return answers.shift() ?? { state: 'taken' }
    },
    log: (event) => void logs.push(event),
    intervalMs: 5,
    ...parts,
  })
  return { ...queue, sizes, lost: () => logs.map((event) => 'count' in event && event.count) }
}

const later: OtlpOutcome = { state: 'later', afterSeconds: 0.01 }

test('what comes within a moment goes in one message, and much at once in several', async () => {
  const queue = open([])
  queue.take(spans(2))
  queue.take(spans(3))
  expect(queue.sizes).toEqual([])
  await Bun.sleep(20)
  expect(queue.sizes).toEqual([5])
  queue.take(spans(1200))
  await queue.close()
  expect(queue.sizes).toEqual([5, 512, 512, 176])
  expect(queue.lost()).toEqual([])
})

test('while the collector wants to wait nothing is lost, until there is no room', async () => {
  const queue = open([later, later], { most: 20 })
  queue.take(spans(15))
  await Bun.sleep(8)
  queue.take(spans(5))
  queue.take(spans(1))
  await Bun.sleep(80)
  expect(queue.sizes.at(-1)).toBe(20)
  expect(queue.lost()).toEqual([1])
  await queue.close()
})

test('what is refused is lost, and counted once', async () => {
  const queue = open([{ state: 'refused' }])
  queue.take(spans(3))
  await Bun.sleep(20)
  queue.take(spans(2))
  await queue.close()
  expect(queue.sizes).toEqual([3, 2])
  expect(queue.lost()).toEqual([3])
})

test('closing sends what waits, and gives up on a collector that does not answer', async () => {
  const queue = open([])
  queue.take(spans(4))
  await queue.close()
  expect(queue.sizes).toEqual([4])

  const silent = open([new Promise(() => {})], { closingMs: 20 })
  silent.take(spans(600))
  await silent.close()
  expect(silent.sizes).toEqual([512])
  expect(silent.lost()).toEqual([600])

  const busy = open([later, later], { closingMs: 50 })
  busy.take(spans(7))
  await busy.close()
  expect(busy.lost()).toEqual([7])
})
