import { expect, test } from 'bun:test'
import { observe } from '#core/observation'
import { observeProviders } from '#core/observed-ports'
import { noMeter, readTraceParent } from '#core/telemetry'
import { systemClock as clock, elapsed, systemRandom as random } from '#platform/system'
import { createTracer } from '#platform/tracer'

const config = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: 1 } as const
const tracer = createTracer({ config, clock, random, elapsed, take: () => {} })
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

/** The headers of a call to a provider, made in a request that is part of a trace. */
const headersOf = async (isTraced: boolean, tracestate?: string) => {
  const parent = readTraceParent(`00-${traceId}-00f067aa0ba902b7-01`, tracestate)
  const observation = observe({ meter: noMeter, tracer, elapsed }, isTraced ? tracer.begin('server', parent) : null)
  const calls: Headers[] = []
  const fetch = async (_provider: string, _url: string, init: RequestInit = {}) => {
    calls.push(new Headers(init.headers))
    return new Response()
  }
  const init = { headers: { accept: 'application/json' } }
  await observeProviders({ fetch, skewSeconds: () => 0 }, observation).fetch('acme', 'https://acme.example', init)
  return Object.fromEntries(calls[0] ?? [])
}

test('a provider is told which call it is, and of the state of the trace only what is OpenTelemetry’s', async () => {
  const traceparent = expect.stringMatching(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`))
  expect(await headersOf(true)).toEqual({ accept: 'application/json', traceparent })
  expect(await headersOf(true, 'vendor=secret,ot=th:8')).toEqual({
    accept: 'application/json',
    traceparent,
    tracestate: 'ot=th:8',
  })
})

test('where nothing is traced nobody is told anything', async () => {
  expect(await headersOf(false)).toEqual({ accept: 'application/json' })
})
