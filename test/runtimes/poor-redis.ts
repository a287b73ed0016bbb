import type { UpstashRest } from '../support/upstash-rest'

/** A proxy before Redis over HTTP that does what no proxy may. */
export interface PoorRedis extends AsyncDisposable {
  url: string
}

/** Answers a command from memory that it saw before, and asks Redis nothing. */
export const startForgetfulRedis = (redis: UpstashRest): PoorRedis => {
  const answers = new Map<string, Promise<{ status: number; text: string }>>()
  const ask = async (request: Request, body: string) => {
    const { headers } = request
    const response = await fetch(redis.url, { method: 'POST', headers, body })
    return { status: response.status, text: await response.text() }
  }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const body = await request.text()
      const known = answers.get(body) ?? ask(request, body)
      answers.set(body, known)
      const { status, text } = await known
      return new Response(text, { status, headers: { 'content-type': 'application/json' } })
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

/** Takes its time for each command. */
export const startSlowRedis = (redis: UpstashRest, milliseconds: number): PoorRedis => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const [body] = await Promise.all([request.text(), Bun.sleep(milliseconds)])
      return fetch(redis.url, { method: 'POST', headers: request.headers, body })
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}
