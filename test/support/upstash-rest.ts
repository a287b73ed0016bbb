import type { RedisClient } from 'bun'
import {
  type Command,
  connect,
  createTranslation,
  encode,
  isRefusal,
  parse,
  readPath,
  readReply,
  toCommand,
  toCommands,
} from './upstash-commands'

/** What its clients find, as networks and providers are. */
export type UpstashWeather =
  | 'clear'
  /** Accepts the request, does nothing and never answers, not even when the weather clears. */
  | 'black-hole'
  /** Nobody listens, and open connections are cut; the next weather listens on the same port. */
  | 'refused'
  | 'error-500'
  /** The plan's requests are used up. */
  | 'too-many'
  /** 200 with a body that is no JSON. */
  | 'nonsense'
  /** Does what was asked at once and says so after six seconds. */
  | 'slow'

/** Upstash's REST protocol on a port of 127.0.0.1, over a real Redis. */
export interface UpstashRest extends AsyncDisposable {
  url: string
  token: string
  /** HTTP requests that arrived since the start, whatever became of them. */
  requests: () => number
  /** How requests fare that arrive from now on. */
  turn: (weather: UpstashWeather) => Promise<void>
}

type Outcome = { result: unknown } | { error: string }
interface Answer {
  status: number
  body: unknown
}

const slowMs = 6000

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const failed = (error: string, status = 400): Answer => ({ status, body: { error } })

const weathers: Partial<Record<UpstashWeather, Answer>> = {
  'error-500': failed('ERR internal server error', 500),
  'too-many': failed(
    'ERR max requests limit exceeded. Limit: 500000, Usage: 500000. ' +
      'See https://upstash.com/docs/redis/troubleshooting/max_requests_limit for details',
    429,
  ),
}

const encodeBody = (body: unknown): unknown => {
  if (Array.isArray(body)) return body.map(encodeBody)
  return typeof body === 'object' && body !== null && 'result' in body ? { result: encode(body.result) } : body
}

/** Starts a server that behaves. */
export const startUpstashRest = async (redisUrl: string, options: { token?: string } = {}): Promise<UpstashRest> => {
  const token = options.token ?? crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: 'base64url' })
  const translate = createTranslation()
  let weather: UpstashWeather = 'clear'
  let count = 0
  let shared: Promise<RedisClient> | undefined

  const connection = (): Promise<RedisClient> => {
    const opened = connect(redisUrl)
    const forget = () => {
      if (shared === opened) shared = undefined
    }
    opened.then((client) => Object.assign(client, { onclose: forget }), forget)
    return opened
  }

  const send = (client: RedisClient, command: Command): Promise<unknown> => {
    const [name, ...args] = translate(command)
    return client.send(name, args)
  }

  const run = async (value: unknown): Promise<Outcome> => {
    try {
      const command = toCommand(value)
      shared ??= connection()
      return { result: readReply(command, await send(await shared, command)) }
    } catch (error) {
      if (isRefusal(error)) return { error: messageOf(error) }
      throw error
    }
  }

  const runOne = async (value: unknown): Promise<Answer> => {
    const body = await run(value)
    return { status: 'error' in body ? 400 : 200, body }
  }

  const runTogether = async (values: unknown[]): Promise<Answer> => {
    const commands = values.map(toCommand)
    const client = await connect(redisUrl)
    try {
      // Sent in one go; a command that Redis refuses to queue makes EXEC say so.
      const queued = [client.send('MULTI', []), ...commands.map((command) => send(client, command))]
      const [executed] = await Promise.allSettled([client.send('EXEC', []), ...queued])
      if (executed.status === 'rejected') throw executed.reason
      const replies: unknown[] = executed.value
      const body = replies.map((reply, index) =>
        reply instanceof Error ? { error: reply.message } : { result: readReply(commands[index] ?? [''], reply) },
      )
      return { status: 200, body }
    } finally {
      client.close()
    }
  }

  const handle = async (request: Request): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url)
    if (request.headers.get('authorization') !== `Bearer ${token}`) {
      return failed('WRONGPASS invalid or missing auth token', 401)
    }
    const path = readPath(pathname)
    const body = await request.text()
    if (path.length === 0) return runOne(parse(body))
    if (pathname === '/pipeline') {
      const outcomes = await Promise.all(toCommands(parse(body)).map(run))
      return { status: 200, body: outcomes }
    }
    if (pathname === '/multi-exec') return runTogether(toCommands(parse(body)))
    return runOne([...path, ...(body ? [body] : []), ...[...searchParams].flat().filter(Boolean)])
  }

  const answer = async (request: Request): Promise<Answer> => {
    try {
      const { status, body } = await handle(request)
      const isEncoded = request.headers.get('upstash-encoding') === 'base64'
      return { status, body: isEncoded ? encodeBody(body) : body }
    } catch (error) {
      return failed(messageOf(error), isRefusal(error) ? 400 : 500)
    }
  }

  const respond = async (request: Request): Promise<Response> => {
    count += 1
    const now = weather
    if (now === 'black-hole') return new Promise<Response>(() => {})
    if (now === 'nonsense') return new Response('<html>Good morning</html>')
    const { status, body } = weathers[now] ?? (await answer(request))
    if (now === 'slow') await Bun.sleep(slowMs)
    return Response.json(body, { status })
  }

  const listen = (port: number) => Bun.serve({ hostname: '127.0.0.1', port, idleTimeout: 0, fetch: respond })
  let server: ReturnType<typeof listen> | undefined = listen(0)
  const { port } = server

  const silence = async () => {
    const open = server
    server = undefined
    await open?.stop(true)
  }

  return {
    url: `http://127.0.0.1:${port}`,
    token,
    requests: () => count,
    turn: async (next) => {
      weather = next
      if (next === 'refused') await silence()
      else server ??= listen(port ?? 0)
    },
    [Symbol.asyncDispose]: async () => {
      await silence()
      await shared?.then((client) => client.close()).catch(() => {})
    },
  }
}
