import * as z from 'zod'
import { Attribute, valuesOf } from './otlp-attributes'
import { type ReceivedCount, readCounts } from './otlp-counts'

const Span = z.strictObject({
  traceId: z.string().regex(/^[\da-f]{32}$/),
  spanId: z.string().regex(/^[\da-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[\da-f]{16}$/)
    .optional(),
  traceState: z.string().optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: z.string().regex(/^\d{19}$/),
  endTimeUnixNano: z.string().regex(/^\d{19}$/),
  attributes: z.array(Attribute).default([]),
  status: z.strictObject({ code: z.literal(2).optional() }).default({}),
})

/** `ExportTraceServiceRequest`, as far as we send one: what is misspelt is refused. */
const Message = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(Span) })),
    }),
  ),
})

/** A span as a test looks at it. */
export interface ReceivedSpan {
  traceId: string
  id: string
  parentId: string | undefined
  state: string | undefined
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  startedAt: bigint
  endedAt: bigint
  failed: boolean
  attributes: Record<string, string | number | boolean>
  /** Of whoever sent it. */
  resource: Record<string, string | number | boolean>
}

/** A collector that keeps what it is sent. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string
  spans: () => ReceivedSpan[]
  /** What was counted, message by message. */
  counts: () => ReceivedCount[]
  /** What came as no span and no metric can: a test expects none. */
  complaints: string[]
  /** The headers of each message. */
  headers: () => Headers[]
  /** Answers so from now on; spans are kept only while it is 200. */
  answer: (status: number, headers?: Record<string, string>) => void
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const

const readSpans = (body: unknown): ReceivedSpan[] =>
  Message.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        traceId: span.traceId,
        id: span.spanId,
        parentId: span.parentSpanId,
        state: span.traceState,
        name: span.name,
        kind: kinds[span.kind] ?? 'internal',
        startedAt: BigInt(span.startTimeUnixNano),
        endedAt: BigInt(span.endTimeUnixNano),
        failed: span.status.code === 2,
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource.attributes),
      })),
  )

/** Pages may send their spans too. */
const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' }

/** Starts a stand-in for a collector, on a port of its own. */
export const startOtlpReceiver = (): OtlpReceiver => {
  const received: ReceivedSpan[] = []
  const counts: ReceivedCount[] = []
  const headers: Headers[] = []
  const complaints: string[] = []
  let behaviour = { status: 200, headers: {} }
  const take = async (request: Request): Promise<Response> => {
    headers.push(request.headers)
    if (behaviour.status !== 200) return new Response(null, behaviour)
    const { pathname } = new URL(request.url)
    if (request.method !== 'POST' || !/^\/v1\/(traces|metrics)$/.test(pathname)) {
      complaints.push(`${request.method} ${pathname}`)
    }
    try {
      const body = await request.json()
      if (pathname === '/v1/metrics') counts.push(...readCounts(body))
      else received.push(...readSpans(body))
    } catch (error) {
      complaints.push(String(error))
    }
    return Response.json({}, { headers: cors })
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => (request.method === 'OPTIONS' ? new Response(null, { headers: cors }) : take(request)),
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans: () => [...received],
    counts: () => [...counts],
    complaints,
    headers: () => [...headers],
    answer: (status, given = {}) => {
      behaviour = { status, headers: given }
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}
