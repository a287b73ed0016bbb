import type { Measurements } from './measurements'
import type { Meter } from './metrics'

/** What somebody who called said of the trace that they are part of (W3C Trace Context). */
export interface TraceParent {
  traceparent: string
  tracestate: string | null
}

export type SpanKind = 'server' | 'consumer' | 'client' | 'internal'

/** What is told of a span: no value of a statement, nothing secret, nothing personal. Those that are frozen are written once. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** A part of a trace that goes on. */
export interface Span {
  id: string
  /** Names this span to whoever is called in it: the header `traceparent`. */
  readonly traceparent: string
  end(facts: { failed: boolean; attributes?: SpanAttributes }): void
}

/** Everything that a request or a job does. */
export interface Trace {
  traceId: string
  /** Of the request or the job itself, and how that is named to others. */
  id: string
  readonly traceparent: string
  /** For whoever is called: what we say of the trace, and nothing that others said of it. */
  tracestate: string | null
  /** @param parent the span that this one is part of; absent, the whole */
  start(name: string, kind: SpanKind, attributes?: SpanAttributes, parent?: Span): Span
  /** Ends the trace and, if it was drawn or failed, sends it on. */
  end(facts: { name: string; failed: boolean; attributes: SpanAttributes }): void
}

export interface Tracer {
  /** Begins what one request or job does, as a part of `parent` where that makes sense. */
  begin(kind: 'server' | 'consumer', parent: TraceParent | null): Trace
}

/** A request that was answered, for whoever keeps them one by one. */
export interface AnsweredRequest {
  /** The template, or `none`. */
  route: string
  method: string
  status: string
  /** The code of the problem that the answer is, if it is one. */
  problem: string | undefined
  seconds: number
  /** Sent to Postgres. */
  statements: number
  waits: number
}

/** Where is told what happens. */
export interface Telemetry {
  meter: Meter
  /** What is kept of what is measured; absent where nothing is, such as on Workers. */
  measurements?: Measurements | undefined
  /** Absent where requests are only counted. */
  noteRequest?: ((request: AnsweredRequest) => void) | undefined
  /** Null: nothing is traced. */
  tracer: Tracer | null
  /** Milliseconds with fractions, from a beginning of its own, that never go back. */
  elapsed(): number
}

/** Measures nothing. It stands here so that the table of metrics stays out of Workers that need none of it. */
export const noMeter: Meter = { add: () => {}, observe: () => {}, set: () => {} }

/** Tells nobody. */
export const noTelemetry: Telemetry = { meter: noMeter, tracer: null, elapsed: () => 0 }

// Of version 00 nothing may follow; what a later version adds is not ours to read (Trace Context, section 3.2).
const wellFormed = /^(?!ff|00.{54})([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/

const member = /^[a-z\d][a-z\d_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/
const mostMembers = 32
const longestState = 512

/** A list as section 3.3 has it, or nothing of it. */
const readTraceState = (header = ''): string | null => {
  const members = header
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
  const keys = new Set(members.map((text) => text.split('=', 1)[0]))
  const list = members.join()
  const isOne =
    members.every((text) => member.test(text)) && keys.size === members.length && members.length <= mostMembers
  return list && isOne && list.length <= longestState ? list : null
}

/**
 * What a caller says of the trace that they are part of, in the words of version 00; null if that makes no sense (W3C
 * Trace Context, sections 3.2 and 3.3).
 */
export const readTraceParent = (traceparent = '', tracestate?: string): TraceParent | null => {
  const [, version, traceId, spanId, flags = ''] = wellFormed.exec(traceparent) ?? []
  if (version === undefined) return null
  const known = Number.parseInt(flags, 16) & (version === '00' ? 3 : 1)
  return { traceparent: `00-${traceId}-${spanId}-0${known}`, tracestate: readTraceState(tracestate) }
}

/** The trace that a `traceparent` names. */
export const traceIdOf = (traceparent: string | null): string | null => wellFormed.exec(traceparent ?? '')?.[2] ?? null
