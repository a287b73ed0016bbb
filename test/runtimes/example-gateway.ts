import { examplePages } from '#platform/example-pages'

/**
 * Stands before a server, as a proxy of one origin does: the example pages are its own, all else is the server's.
 * @param port where it listens, on localhost
 * @param target the server's address
 */
export const startExampleGateway = (port: number, target: string): { stop(): Promise<void> } => {
  const gateway = Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch: (request) => {
      const { pathname, search } = new URL(request.url)
      const page = examplePages[pathname]
      if (page) return page()
      const { method, headers } = request
      const body = method === 'GET' || method === 'HEAD' ? null : request.body
      return fetch(target + pathname + search, { method, headers, body, redirect: 'manual', decompress: false })
    },
  })
  return { stop: () => gateway.stop(true) }
}
