import type { Server } from './server'

/**
 * Sends a request as it is written, by a socket, since every client tidies up a path first.
 * @param line method and target: `GET /v1/../v1/me`
 * @returns all that came back; nothing where the connection was closed at once
 */
export const sendRaw = async (server: Server, line: string, headers: Record<string, string> = {}): Promise<string> => {
  const { hostname, port, host } = new URL(server.baseUrl)
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_, bytes) => {
        text += bytes.toString()
      },
      close: () => resolve(text),
      error: () => resolve(text),
    },
  })
  const fields = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${[`${line} HTTP/1.1`, ...fields].join('\r\n')}\r\n\r\n`)
  return promise
}

/** The status of such an answer; 0 where there was none. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
