import type { Config } from '#core/config'
import type { LogEvent } from '#core/log-events'
import type { SpanAttributes, SpanKind } from '#core/telemetry'
import type { FinishedSpan } from './tracer'

/** What came of a message to the collector. */
export type OtlpOutcome = { state: 'taken' } | { state: 'refused' } | { state: 'later'; afterSeconds: number }

/** Sends a message of a signal to the collector, in JSON. It never throws. */
export type PostOtlp = (signal: 'traces' | 'metrics', message: string) => Promise<OtlpOutcome>

/** What sending needs of the settings. */
export type OtlpSettings = Pick<
  Config,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_SERVICE_NAME' | 'ENVIRONMENT'
>

/** OpenTelemetry's own (OTEL_EXPORTER_OTLP_TIMEOUT). */
const defaultDeadlineMs = 10_000

const shortestWaitSeconds = 1
const longestWaitSeconds = 60

/** The settings hold the list to what can be read so. */
const readHeaders = (list = ''): Record<string, string> =>
  Object.fromEntries(
    list
      .split(',')
      .map((pair) => pair.split(/=(.*)/s, 2))
      .flatMap(([name = '', value]) => (value === undefined ? [] : [[name.trim(), decodeURIComponent(value.trim())]])),
  )

/** Only these may be tried again (OTLP/HTTP, section on failures). */
const isPassing = (status: number) => [429, 502, 503, 504].includes(status)

const later = (retryAfter: string | null): OtlpOutcome => {
  const seconds = Number(retryAfter ?? '')
  const afterSeconds = Math.min(Math.max(seconds || shortestWaitSeconds, shortestWaitSeconds), longestWaitSeconds)
  return { state: 'later', afterSeconds }
}

/** Sends to the collector of the settings as OTLP over HTTP says, in JSON; undefined where there is none. */
export const createOtlp = (
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: given }: OtlpSettings,
  deadlineMs = defaultDeadlineMs,
): PostOtlp | undefined => {
  if (endpoint === undefined) return undefined
  const base = endpoint.replace(/\/$/, '')
  const headers = { ...readHeaders(given), 'content-type': 'application/json' }
  return async (signal, message) => {
    try {
      const answer = await fetch(`${base}/v1/${signal}`, {
        method: 'POST',
        headers,
        body: message,
        // Whoever answers with a redirect gets neither the headers nor the message a second time.
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      })
      await answer.body?.cancel()
      if (answer.ok) return { state: 'taken' }
      return isPassing(answer.status) ? later(answer.headers.get('retry-after')) : { state: 'refused' }
    } catch {
      return later(null)
    }
  }
}

/** The numbers of the protocol (`SpanKind` of trace.proto). */
const kinds: Record<SpanKind, number> = { internal: 1, server: 2, client: 3, consumer: 5 }

const toValue = (value: string | number | boolean) => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Attributes as the protocol writes them. */
export const toOtlpAttributes = (attributes: SpanAttributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }))

/** Who speaks, for every signal. */
export const toOtlpResource = ({ OTEL_SERVICE_NAME, ENVIRONMENT }: OtlpSettings) => ({
  attributes: toOtlpAttributes({
    'service.name': OTEL_SERVICE_NAME,
    'deployment.environment.name': ENVIRONMENT,
    'telemetry.sdk.name': 'postern',
    'telemetry.sdk.language': 'webjs',
  }),
})

/**
 * An instant as the protocol writes it, to the microsecond. In two halves, since numbers of more than 31 bits are written slowly.
 * @param milliseconds since 1970
 */
export const toNanoseconds = (milliseconds: number): string => {
  const microseconds = Math.round(milliseconds * 1000)
  const seconds = Math.floor(microseconds / 1_000_000)
  return `${seconds}${String(microseconds - seconds * 1_000_000).padStart(6, '0')}000`
}

/** Of attributes that many spans share, which are those that can't change. */
const shared = new WeakMap<SpanAttributes, string>()

const encodeAttributes = (attributes: SpanAttributes): string => {
  const known = shared.get(attributes)
  if (known) return known
  const encoded = JSON.stringify(toOtlpAttributes(attributes))
  if (Object.isFrozen(attributes)) shared.set(attributes, encoded)
  return encoded
}

/**
 * A span as the protocol writes it: a text, which is one thing to keep until it is sent, and not forty. A busy server makes
 * twenty thousand a second, so what can hold nothing that JSON escapes is written as it is.
 */
export const encodeSpan = (span: FinishedSpan): string => {
  const parent = span.parentId === null ? '' : `,"parentSpanId":"${span.parentId}"`
  const state = span.state === null ? '' : `,"traceState":${JSON.stringify(span.state)}`
  const times = `"startTimeUnixNano":"${toNanoseconds(span.startedAt)}","endTimeUnixNano":"${toNanoseconds(span.endedAt)}"`
  const what = `"name":${JSON.stringify(span.name)},"kind":${kinds[span.kind]},"attributes":${encodeAttributes(span.attributes)}`
  const status = span.failed ? ',"status":{"code":2}' : ''
  return `{"traceId":"${span.traceId}","spanId":"${span.id}"${parent}${state},${what},${times}${status}}`
}

/** An `ExportTraceServiceRequest` (OTLP, JSON encoding) of spans by `encodeSpan`. */
export const toOtlpTraces = (settings: OtlpSettings, spans: string[]): string => {
  const resource = JSON.stringify(toOtlpResource(settings))
  const scopeSpans = `[{"scope":{"name":"postern"},"spans":[${spans.join()}]}]`
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":${scopeSpans}}]}`
}

/** Sends spans at once, for whoever can't wait; what is not taken is lost, and the log says how much. */
export const sendSpans = async (
  { config, log }: { config: OtlpSettings; log: (event: LogEvent) => void },
  spans: FinishedSpan[],
): Promise<void> => {
  const post = createOtlp(config)
  if (!post || spans.length === 0) return
  const { state } = await post('traces', toOtlpTraces(config, spans.map(encodeSpan)))
  if (state !== 'taken') log({ level: 'warn', message: 'spans lost', count: spans.length })
}
