import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createMailLedger, type ReceivedMail, type Verdict } from './mail-ledger'

/** How the provider behaves from now on. What it takes it keeps, whether or not its answer arrives. */
export type ResendBehaviour =
  | { mode: 'ok' }
  /** Nobody listens; the next behaviour listens again on the same port. */
  | { mode: 'dead' }
  /** Takes the mail at once and says so after `ms`; until then the key is in progress. */
  | { mode: 'slow'; ms: number }
  /** Takes the mail and hangs up without a word. */
  | { mode: 'lost' }
  /** Accepts the connection, takes nothing and never answers. */
  | { mode: 'hang' }
  /** Takes the mail, begins to answer and never ends. */
  | { mode: 'stalled' }
  /** Takes the mail and answers 200 with what is no JSON, or with `answer`. */
  | { mode: 'malformed'; answer?: string }
  | { mode: 'rate-limited'; retryAfter: string }
  | { mode: 'error500' }
  /** Says that the recipient's address is no address. */
  | { mode: 'reject422' }
  /** Takes nothing and answers with an error of its format. */
  | { mode: 'refuse'; status: number; name: string; message?: string; headers?: Record<string, string> }

export interface ResendRequest {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A stand-in for Resend's API on a port of 127.0.0.1: a child process needs no more than its `url`. */
export interface ResendSink {
  /** For RESEND_BASE_URL. */
  url: string
  /** Every mail it took, oldest first; one for each idempotency key. */
  mails: () => ReceivedMail[]
  /** Every request whose body arrived, refused ones included. */
  requests: () => ResendRequest[]
  behave: (behaviour: ResendBehaviour) => Promise<void>
  /** As if 24 hours had passed: a key that comes again is new, and delivers its mail again. */
  forgetKeys: () => void
  stop: () => Promise<void>
}

const refusals: Partial<Record<ResendBehaviour['mode'], Verdict>> = {
  error500: { status: 500, body: { name: 'internal_server_error', message: 'It broke.' } },
  reject422: { status: 422, body: { name: 'validation_error', message: 'Invalid `to` field: ada@example.com' } },
  'rate-limited': { status: 429, body: { name: 'rate_limit_exceeded', message: 'Too many requests.' } },
}

const respond = (response: ServerResponse, { status, body }: Verdict, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const headersOf = (behaviour: ResendBehaviour): Record<string, string> =>
  behaviour.mode === 'rate-limited'
    ? { 'retry-after': behaviour.retryAfter }
    : behaviour.mode === 'refuse'
      ? (behaviour.headers ?? {})
      : {}

const refusalBy = (behaviour: ResendBehaviour): Verdict | undefined =>
  behaviour.mode === 'refuse'
    ? { status: behaviour.status, body: { name: behaviour.name, message: behaviour.message ?? '' } }
    : refusals[behaviour.mode]

const answerAs = async (behaviour: ResendBehaviour, verdict: Verdict, response: ServerResponse): Promise<void> => {
  if (verdict.status === 200 && behaviour.mode === 'lost') response.destroy()
  else if (verdict.status === 200 && behaviour.mode === 'stalled') {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":')
  } else if (verdict.status === 200 && behaviour.mode === 'malformed') {
    response.writeHead(200).end(behaviour.answer ?? '<html>Good morning</html>')
  } else respond(response, verdict)
}

/** Starts a provider that behaves. */
export const startResendSink = async (): Promise<ResendSink> => {
  const ledger = createMailLedger()
  const received: ResendRequest[] = []
  let behaviour: ResendBehaviour = { mode: 'ok' }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const now = behaviour
    const body = await text(request)
    const { method = '', url: path = '', headers } = request
    received.push({ method, path, headers, body })
    if (now.mode === 'hang') return
    const refusal = refusalBy(now)
    if (refusal) return respond(response, refusal, headersOf(now))
    if (method !== 'POST' || path !== '/emails') return respond(response, { status: 404, body: { name: 'not_found' } })
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) {
      return respond(response, { status: 401, body: { name: 'missing_api_key' } })
    }
    const key = headers['idempotency-key']
    const { verdict, done } = ledger.take(typeof key === 'string' ? key : null, body)
    if (now.mode === 'slow') await Bun.sleep(now.ms)
    done()
    await answerAs(now, verdict, response)
  }

  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer((request, response) => {
        // A client that goes away in the middle is what some tests are about.
        handle(request, response).catch(() => response.destroy())
      })
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server))
    })

  const close = (server: Server) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  let server: Server | undefined = await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The sink has no port.')
  const { port } = address

  const silence = async () => {
    const open = server
    server = undefined
    if (open) await close(open)
  }

  return {
    url: `http://127.0.0.1:${port}`,
    mails: ledger.mails,
    requests: () => [...received],
    behave: async (next) => {
      behaviour = next
      if (next.mode === 'dead') await silence()
      else server ??= await listen(port)
    },
    forgetKeys: ledger.forgetKeys,
    stop: silence,
  }
}
