import * as z from 'zod'

const Frame = z.strictObject({
  function: z.string(),
  filename: z.string(),
  lineno: z.number(),
  colno: z.number(),
  in_app: z.boolean(),
})

/** What we send, and nothing else: an event without a user, a request, or the name of the machine. */
const Event = z.strictObject({
  event_id: z.string().regex(/^[\da-f]{32}$/),
  timestamp: z.number(),
  platform: z.literal('node'),
  level: z.literal('error'),
  logger: z.literal('postern'),
  environment: z.string(),
  release: z.string().regex(/^postern@\d/),
  transaction: z.string(),
  tags: z.strictObject({
    request_id: z.string(),
    trace_id: z.string().optional(),
    job_id: z.string().optional(),
  }),
  contexts: z.strictObject({ trace: z.strictObject({ trace_id: z.string(), span_id: z.string() }) }).optional(),
  exception: z.strictObject({
    values: z.tuple([
      z.strictObject({
        type: z.string(),
        value: z.string(),
        mechanism: z.strictObject({ type: z.literal('generic'), handled: z.literal(false) }),
        stacktrace: z.strictObject({ frames: z.array(Frame) }),
      }),
    ]),
  }),
  sdk: z.strictObject({
    name: z.literal('postern'),
    version: z.string(),
    settings: z.strictObject({ infer_ip: z.literal('never') }),
  }),
})

export type ReportedEvent = z.output<typeof Event>

/** Reads an envelope (https://develop.sentry.dev/sdk/data-model/envelopes/) with one event. */
const readEnvelope = (text: string): ReportedEvent => {
  const [head = '', item = '', payload = '', ...rest] = text.split('\n')
  const { event_id } = z.strictObject({ event_id: z.string(), sent_at: z.iso.datetime() }).parse(JSON.parse(head))
  z.strictObject({ type: z.literal('event') }).parse(JSON.parse(item))
  const event = Event.parse(JSON.parse(payload))
  if (event.event_id !== event_id || rest.length > 0) throw new Error('The envelope is not of one event.')
  return event
}

/** A stand-in for Sentry on a port of 127.0.0.1. */
export const startSentryReceiver = () => {
  const events: ReportedEvent[] = []
  const bodies: string[] = []
  const faults: unknown[] = []
  let status = 200
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const body = await request.text()
      bodies.push([...request.headers.entries()].join('\n') + body)
      const isAllowed = request.headers.get('x-sentry-auth')?.includes('sentry_key=publickey')
      const isThere = request.method === 'POST' && new URL(request.url).pathname === '/sentry/api/42/envelope/'
      if (status !== 200 || !isAllowed || !isThere) return new Response(null, { status: isAllowed ? status : 403 })
      try {
        events.push(readEnvelope(body))
      } catch (fault) {
        faults.push(fault)
      }
      return Response.json({})
    },
  })
  return {
    /** For SENTRY_DSN. */
    dsn: `http://publickey@127.0.0.1:${server.port}/sentry/42`,
    events,
    /** Every request as it came, headers first. */
    bodies,
    /** What was no envelope of ours. */
    faults,
    answerWith: (next: number) => {
      status = next
    },
    stop: () => server.stop(true),
  }
}
