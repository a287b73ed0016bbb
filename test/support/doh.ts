import type { TxtAnswer } from '#core/dns'

export interface NameServer {
  /** For DNS_OVER_HTTPS_URL. */
  url: string
  /** Puts texts at a name, instead of what was there. */
  publish(name: string, ...texts: string[]): void
  /** Answers nothing of a name that makes sense, until something is published there. */
  fail(name: string): void
  stop(): Promise<void>
}

/** Starts a resolver over HTTPS in JSON that knows what a test publishes, and of nothing else that it is there. */
export const startNameServer = (): NameServer => {
  const zone = new Map<string, TxtAnswer>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      const { searchParams } = new URL(request.url)
      const known = zone.get(searchParams.get('name') ?? '') ?? { outcome: 'absent' }
      if (known.outcome === 'unavailable') return Response.json({ Status: 2 })
      if (known.outcome === 'absent' || searchParams.get('type') !== 'TXT') return Response.json({ Status: 3 })
      return Response.json({ Status: 0, Answer: known.texts.map((text) => ({ type: 16, data: JSON.stringify(text) })) })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/dns-query`,
    publish: (name, ...texts) => void zone.set(name, { outcome: 'found', texts }),
    fail: (name) => void zone.set(name, { outcome: 'unavailable' }),
    stop: () => server.stop(true),
  }
}

let shared: NameServer | undefined

/** One for the whole process, so that servers with it are shared too. */
export const nameServer = (): NameServer => {
  shared ??= startNameServer()
  return shared
}
