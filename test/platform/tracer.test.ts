import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { readTraceParent } from '#core/telemetry'
import { systemRandom } from '#platform/system'
import { createTracer, type FinishedSpan, type TracerParts } from '#platform/tracer'
import '../core/fixed-seed'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const parentOf = (flags: string, id = traceId, state?: string) => readTraceParent(`00-${id}-${spanId}-${flags}`, state)

const open = (ratio = 1, sampler: TracerParts['config']['OTEL_TRACES_SAMPLER'] = 'parentbased_traceidratio') => {
  const taken: FinishedSpan[] = []
  let now = 5
  const { begin } = createTracer({
    config: { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio },
    clock: { now: () => new Date(1_000_000) },
    random: systemRandom,
    elapsed: () => now,
    take: (spans) => taken.push(...spans),
  })
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { begin, taken, pass }
}

const done = { name: 'GET /', failed: false, attributes: {} }

test('a trace is made of spans that name what they are part of, with their times', () => {
  const { begin, taken, pass } = open()
  const trace = begin('server', parentOf('01'))
  pass(1)
  const useCase = trace.start('getMe', 'internal')
  pass(0.25)
  const call = trace.start('findUser', 'client', { 'db.system.name': 'postgresql' }, useCase)
  pass(2)
  call.end({ failed: true, attributes: { more: 1 } })
  useCase.end({ failed: false })
  pass(1)
  trace.end({ ...done, attributes: { 'http.response.status_code': 200 } })
  const [root, inner, outer] = taken
  expect(root).toEqual({
    ...{ traceId, id: trace.traceparent.slice(36, 52), parentId: spanId, state: null, name: 'GET /', kind: 'server' },
    ...{ startedAt: 1_000_000, endedAt: 1_000_004.25, failed: false, attributes: { 'http.response.status_code': 200 } },
  })
  expect(outer).toMatchObject({ name: 'getMe', parentId: root?.id, startedAt: 1_000_001, endedAt: 1_000_003.25 })
  expect(inner).toMatchObject({ name: 'findUser', parentId: outer?.id, startedAt: 1_000_001.25, failed: true })
  expect(inner?.attributes).toEqual({ 'db.system.name': 'postgresql', more: 1 })
  expect(call.traceparent).toBe(`00-${traceId}-${inner?.id}-01`)
  expect(taken).toHaveLength(3)
})

test('without a caller a trace is new, and says that its id is random and how likely it was to be kept', () => {
  const [one, other] = [open(0.5).begin('server', null), open().begin('server', null)]
  expect(one.traceId).not.toBe(other.traceId)
  expect(other.traceparent).toBe(`00-${other.traceId}-${other.traceparent.slice(36, 52)}-03`)
  expect(other.tracestate).toBe('ot=th:0')
  expect([null, 'ot=th:8']).toContain(one.tracestate)
  expect(one.traceparent).toEndWith(one.tracestate === null ? '-02' : '-03')
})

test('who calls decides, where the sampler asks them, and their word goes on', () => {
  for (const flags of ['00', '01', '02', '03']) {
    const isKept = flags === '01' || flags === '03'
    const { begin, taken } = open(isKept ? 0 : 1)
    const trace = begin('server', parentOf(flags, traceId, 'vendor=1,ot=th:c'))
    expect(trace.traceparent).toEndWith(`-${flags}`)
    expect(trace.tracestate).toBe('ot=th:c')
    trace.start('call', 'client').end({ failed: false })
    trace.end(done)
    expect(taken.map(({ state }) => state)).toEqual(isKept ? ['ot=th:c,vendor=1', 'ot=th:c,vendor=1'] : [])
  }
})

test('by the ratio alone it does not matter what the caller wants', () => {
  for (const flags of ['00', '01']) {
    expect(open(1, 'traceidratio').begin('server', parentOf(flags)).traceparent).toEndWith('-01')
    expect(open(0, 'traceidratio').begin('server', parentOf(flags)).traceparent).toEndWith('-00')
  }
})

const randomId = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }).map((id) => id.toString(16).padStart(32, '0'))
const isKept = (ratio: number, id: string) => {
  const { traceparent, tracestate } = open(ratio, 'traceidratio').begin('server', parentOf('00', id))
  return { kept: traceparent.endsWith('1'), tracestate }
}

test('the ratio is held against the last 56 bits of the id, as the threshold says that is told', () => {
  fc.assert(
    fc.property(randomId, fc.double({ min: 0, max: 1, noNaN: true }), (id, ratio) => {
      const { kept, tracestate } = isKept(ratio, id)
      const random = BigInt(`0x${id.slice(18)}`)
      const threshold = BigInt(Math.round((1 - ratio) * 2 ** 52)) << 4n
      expect(kept).toBe(random >= threshold)
      const told = kept ? `ot=th:${threshold.toString(16).padStart(14, '0').replace(/0+$/, '') || '0'}` : null
      expect(tracestate).toBe(told)
    }),
  )
})

test('what is kept at one ratio is kept at each higher one', () => {
  const ratio = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(randomId, ratio, ratio, (id, one, other) => {
      if (isKept(Math.min(one, other), id).kept) expect(isKept(Math.max(one, other), id).kept).toBe(true)
    }),
  )
})

test('of new traces about as many are kept as the ratio says', () => {
  const { begin } = open(0.2)
  const kept = Array.from({ length: 5000 }, () => begin('server', null)).filter(({ tracestate }) => tracestate !== null)
  expect(kept.length).toBeGreaterThan(800)
  expect(kept.length).toBeLessThan(1200)
  expect(open(0).begin('server', null).tracestate).toBeNull()
})

test('what failed is sent on whole, though it was not drawn and says so to whoever was called', () => {
  const { begin, taken } = open(0)
  const trace = begin('server', null)
  const call = trace.start('findUser', 'client')
  call.end({ failed: false })
  trace.end({ ...done, failed: true })
  expect(taken.map(({ name }) => name)).toEqual(['GET /', 'findUser'])
  expect(call.traceparent).toEndWith('-02')
})

test('what goes on behind the answer is sent when it ends, if the rest was', () => {
  for (const ratio of [1, 0]) {
    const { begin, taken } = open(ratio)
    const trace = begin('server', null)
    const call = trace.start('mail send', 'client')
    trace.end(done)
    call.end({ failed: false })
    expect(taken.map(({ name }) => name)).toEqual(ratio === 1 ? ['GET /', 'mail send'] : [])
  }
})

test('of very many calls only the first are told, and how many are not', () => {
  const { begin, taken } = open()
  const trace = begin('consumer', null)
  for (let count = 0; count < 200; count += 1) trace.start('insertRows', 'client').end({ failed: false })
  trace.end(done)
  expect(taken).toHaveLength(129)
  expect(taken[0]?.attributes).toEqual({ 'postern.spans_left_out': 72 })
})
