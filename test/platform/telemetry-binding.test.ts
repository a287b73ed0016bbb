import { expect, test } from 'bun:test'
import { collectTelemetry } from '#platform/telemetry-binding'
import { answerTelemetry } from '#platform/telemetry-endpoint'
import type { FinishedSpan } from '#platform/tracer'

const span: FinishedSpan = {
  ...{ traceId: 'a'.repeat(32), id: 'b'.repeat(16), parentId: null, state: null, name: 'GET /', kind: 'server' },
  ...{ startedAt: 1.25, endedAt: 2.5, failed: false, attributes: { count: 1, text: 'a', yes: true } },
}

test('what a request measured arrives in one message, as it was', async () => {
  const messages: FinishedSpan[][] = []
  const others = { metrics: async () => {}, errors: async () => {}, refusals: async () => {} }
  const sinks = { spans: async (spans: FinishedSpan[]) => void messages.push(spans), ...others }
  const collector = collectTelemetry({ fetch: (url, init) => answerTelemetry(sinks, new Request(url, init)) })
  await collector.send()
  expect(messages).toEqual([])
  collector.add('spans', [span])
  collector.add('spans', [span, span])
  await collector.send()
  await collector.send()
  expect(messages).toEqual([[span, span, span]])
})

test('a Worker that fails fails nobody', async () => {
  const collector = collectTelemetry({ fetch: () => Promise.reject(new Error('no such Worker')) })
  collector.add('spans', [span])
  await collector.send()
})
