import type { Config } from '#core/config'
import type { Clock, RandomSource } from '#core/platform'
import type { Span, SpanAttributes, SpanKind, Trace, TraceParent, Tracer } from '#core/telemetry'

/** A span that is over, as it goes to the collector. */
export interface FinishedSpan {
  traceId: string
  id: string
  /** Of the span that this one is part of, which may be somebody else's. */
  parentId: string | null
  state: string | null
  name: string
  kind: SpanKind
  /** In milliseconds with fractions, since 1970. */
  startedAt: number
  endedAt: number
  failed: boolean
  attributes: SpanAttributes
}

export interface TracerParts {
  config: Pick<Config, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>
  clock: Clock
  random: RandomSource
  /** Milliseconds that never go back. */
  elapsed(): number
  /** Takes spans of traces that are kept. It must not throw. */
  take(spans: FinishedSpan[]): void
}

const none: SpanAttributes = Object.freeze({})

/** Of one trace; what a request does beyond that is left out. */
const mostSpans = 128

const samplingBits = 52

interface Sampling {
  isKept: boolean
  /** OpenTelemetry's own member of `tracestate`, for whoever is called: how likely it was to be kept. */
  state: string | null
}

const isOpenTelemetrys = (member: string) => member.startsWith('ot=')

/**
 * Decides which traces are kept. The ratio is held against the trace's own random bits, so that all who take part with one
 * ratio decide alike (OpenTelemetry's consistent probability sampling; the threshold is told as `th`).
 */
const createSampler = ({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio }: TracerParts['config']) => {
  const threshold = Math.round((1 - ratio) * 2 ** samplingBits)
  const digits = threshold.toString(16).padStart(13, '0').replace(/0+$/, '')
  return (traceId: string, parent: TraceParent | null): Sampling => {
    if (parent && sampler === 'parentbased_traceidratio') {
      const isKept = /[13]$/.test(parent.traceparent)
      return { isKept, state: parent.tracestate?.split(',').find(isOpenTelemetrys) ?? null }
    }
    // The last 56 bits are random (Trace Context, level 2); all but the last four are looked at, which a number can hold.
    const isKept = Number.parseInt(traceId.slice(18, 31), 16) >= threshold
    return { isKept, state: isKept ? `ot=th:${digits || '0'}` : null }
  }
}

/** What is said of a trace to the collector: ours first, then what the caller's systems had to say. */
const joinStates = (own: string | null, given: string | null): string | null => {
  if (given === null) return own
  const others = given.split(',').filter((member) => !isOpenTelemetrys(member))
  return [...(own === null ? [] : [own]), ...others].join() || null
}

/** Traces what requests and jobs do. What failed is sent on whether or not it was drawn; the calls in it say how it was drawn. */
export const createTracer = ({ config, clock, random, elapsed, take }: TracerParts): Tracer => {
  const sample = createSampler(config)
  const begin = (rootKind: SpanKind, parent: TraceParent | null): Trace => {
    const drawn = random.bytes(24).toHex()
    const traceId = parent?.traceparent.slice(3, 35) ?? drawn.slice(16)
    const { isKept, state } = sample(traceId, parent)
    const spanState = joinStates(state, parent?.tracestate ?? null)
    // Ids that are ours are random, which level 2 says by a flag.
    const flags = (parent ? Number(parent.traceparent.at(-1)) & 2 : 2) | Number(isKept)
    const since = clock.now().getTime() - elapsed()
    const finished: FinishedSpan[] = []
    let leftOut = 0
    // Of one trace they only have to differ: each is one more than the one before, in its last half.
    const [head, tail] = [drawn.slice(0, 8), Number.parseInt(drawn.slice(8, 16), 16)]
    let spans = 0
    const newSpanId = () => head + ((tail + spans++) >>> 0).toString(16).padStart(8, '0')
    let keep = (span: FinishedSpan): void => {
      if (finished.length < mostSpans) finished.push(span)
      else leftOut += 1
    }

    const open = (parentId: string | null) => {
      const id = newSpanId()
      const startedAt = since + elapsed()
      const toFinished = (name: string, kind: SpanKind, failed: boolean, attributes: SpanAttributes): FinishedSpan => {
        const endedAt = since + elapsed()
        return { traceId, id, parentId, state: spanState, name, kind, startedAt, endedAt, failed, attributes }
      }
      return {
        id,
        get traceparent() {
          return `00-${traceId}-${id}-0${flags}`
        },
        toFinished,
      }
    }

    const root = open(parent?.traceparent.slice(36, 52) ?? null)
    return {
      traceId,
      id: root.id,
      get traceparent() {
        return root.traceparent
      },
      tracestate: state,
      start: (name, kind, attributes = none, within): Span => {
        const span = open(within?.id ?? root.id)
        return {
          id: span.id,
          get traceparent() {
            return span.traceparent
          },
          end: (facts) => {
            const all = facts.attributes ? { ...attributes, ...facts.attributes } : attributes
            keep(span.toFinished(name, kind, facts.failed, all))
          },
        }
      },
      end: ({ name, failed, attributes }) => {
        const isSent = isKept || failed
        const all = leftOut > 0 ? { ...attributes, 'postern.spans_left_out': leftOut } : attributes
        if (isSent) take([root.toFinished(name, rootKind, failed, all), ...finished])
        // What goes on behind the answer ends later.
        keep = isSent ? (span) => take([span]) : () => {}
      },
    }
  }
  return { begin }
}
