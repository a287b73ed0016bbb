import type { Config } from '#core/config'
import type { Clock, RandomSource } from '#core/platform'
import type { Span, SpanAttributes, SpanKind, Trace, TraceParent, Tracer } from '#core/telemetry'
import { createSampler, joinStates, type Sampler } from './sampler'

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

const spanIdDigits = 8

/**
 * A span that may still go on. A server begins tens of thousands a second and most are of traces that nobody keeps: so it
 * has no functions of its own, and its id and what the collector gets are made when somebody asks.
 */
class OpenSpan implements Span {
  private readonly startedAt: number
  private endedAt = 0
  private failed = false

  constructor(
    private readonly trace: OpenTrace,
    private readonly number: number,
    private readonly parent: { id: string } | null,
    private readonly kind: SpanKind,
    private name: string,
    private attributes: SpanAttributes,
  ) {
    this.startedAt = trace.now()
  }

  get id() {
    return this.trace.spanId(this.number)
  }

  get traceparent() {
    return `00-${this.trace.traceId}-${this.id}-0${this.trace.flags}`
  }

  end({ failed, attributes }: Parameters<Span['end']>[0]) {
    this.close(this.name, failed, attributes ? { ...this.attributes, ...attributes } : this.attributes)
    this.trace.keep(this)
  }

  close(name: string, failed: boolean, attributes: SpanAttributes) {
    this.endedAt = this.trace.now()
    this.name = name
    this.failed = failed
    this.attributes = attributes
  }

  toFinished(): FinishedSpan {
    const { id, parent, name, kind, startedAt, endedAt, failed, attributes } = this
    const { traceId, spanState: state } = this.trace
    return { traceId, id, parentId: parent?.id ?? null, state, name, kind, startedAt, endedAt, failed, attributes }
  }
}

/** A trace that goes on. */
class OpenTrace implements Trace {
  readonly traceId: string
  /** What others are told, and the collector. */
  readonly tracestate: string | null
  readonly spanState: string | null
  readonly flags: number
  private readonly isKept: boolean
  private readonly drawn: string
  /** The clock when `elapsed` was 0. */
  private readonly since: number
  private readonly root: OpenSpan
  private finished: OpenSpan[] = []
  private spans = 0
  private idTail: number | undefined
  private leftOut = 0
  private state: 'open' | 'sent' | 'dropped' = 'open'

  constructor(
    private readonly parts: TracerParts,
    sample: Sampler,
    kind: SpanKind,
    parent: TraceParent | null,
  ) {
    this.drawn = parts.random.bytes(24).toHex()
    this.traceId = parent?.traceparent.slice(3, 35) ?? this.drawn.slice(16)
    const { isKept, state } = sample(this.traceId, parent)
    this.isKept = isKept
    this.tracestate = state
    this.spanState = joinStates(state, parent?.tracestate ?? null)
    // Ids that are ours are random, which level 2 says by a flag.
    this.flags = (parent ? Number(parent.traceparent.at(-1)) & 2 : 2) | Number(isKept)
    this.since = parts.clock.now().getTime() - parts.elapsed()
    const caller = parent && { id: parent.traceparent.slice(36, 52) }
    this.root = new OpenSpan(this, this.spans++, caller, kind, '', none)
  }

  get id() {
    return this.root.id
  }

  get traceparent() {
    return this.root.traceparent
  }

  now() {
    return this.since + this.parts.elapsed()
  }

  /** Of one trace they only have to differ: each is one more than the one before, in its last half. */
  spanId(number: number) {
    this.idTail ??= Number.parseInt(this.drawn.slice(spanIdDigits, 2 * spanIdDigits), 16)
    return this.drawn.slice(0, spanIdDigits) + ((this.idTail + number) >>> 0).toString(16).padStart(spanIdDigits, '0')
  }

  start(name: string, kind: SpanKind, attributes = none, parent: Span = this.root): Span {
    return new OpenSpan(this, this.spans++, parent, kind, name, attributes)
  }

  keep(span: OpenSpan) {
    // What goes on behind the answer ends later than the trace.
    if (this.state === 'sent') this.parts.take([span.toFinished()])
    else if (this.finished.length < mostSpans) this.finished.push(span)
    else this.leftOut += 1
  }

  end({ name, failed, attributes }: Parameters<Trace['end']>[0]) {
    const { root, finished, leftOut } = this
    root.close(name, failed, leftOut > 0 ? { ...attributes, 'postern.spans_left_out': leftOut } : attributes)
    this.state = this.isKept || failed ? 'sent' : 'dropped'
    this.finished = []
    if (this.state === 'sent') this.parts.take([root, ...finished].map((span) => span.toFinished()))
  }
}

/** Traces what requests and jobs do. What failed is sent on whether or not it was drawn; the calls in it say how it was drawn. */
export const createTracer = (parts: TracerParts): Tracer => {
  const sample = createSampler(parts.config)
  return { begin: (kind, parent) => new OpenTrace(parts, sample, kind, parent) }
}
