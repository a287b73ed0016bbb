import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'

/** How a receiver behaves from now on. */
export type SyslogBehaviour =
  | { mode: 'ok' }
  /** Takes the connection and cuts it after some bytes. */
  | { mode: 'cut'; bytes: number }
  /** Reads, and never closes its side. */
  | { mode: 'hang' }
  /** Nobody listens. */
  | { mode: 'dead' }

/** Messages out of a stream with octet counting (RFC 6587, section 3.4.1); a part of one at the end is none. */
export const readFrames = (bytes: Buffer): string[] => {
  const messages: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(bytes.toString('ascii', at, space))
    if (space < 0 || !Number.isInteger(length) || space + 1 + length > bytes.length) break
    messages.push(bytes.toString('utf8', space + 1, space + 1 + length))
    at = space + 1 + length
  }
  return messages
}

/** A syslog server on a port of 127.0.0.1, over TLS if it is given a key. */
export const startSyslogReceiver = async (tls?: { key: string; cert: string }) => {
  const streams: Buffer[][] = []
  const sockets = new Set<Socket>()
  let behaviour: SyslogBehaviour = { mode: 'ok' }

  const take = (socket: Socket) => {
    const now = behaviour
    const stream: Buffer[] = []
    streams.push(stream)
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes: Buffer) => {
      stream.push(bytes)
      if (now.mode === 'cut' && Buffer.concat(stream).length >= now.bytes) socket.resetAndDestroy()
    })
    socket.on('end', () => {
      if (now.mode !== 'hang') socket.end()
    })
  }

  const listen = (port: number) =>
    new Promise<Server>((resolve) => {
      const options = { allowHalfOpen: true }
      const server = tls ? createSecureServer({ ...options, ...tls }, take) : createServer(options, take)
      server.listen(port, '127.0.0.1', () => resolve(server))
    })

  let server: Server | undefined = await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  const { port } = address

  const silence = async () => {
    const open = server
    server = undefined
    for (const socket of sockets) socket.destroy()
    if (open) await new Promise((resolve) => open.close(resolve))
  }

  return {
    port,
    /** All messages that came whole, oldest first. */
    messages: () => streams.flatMap((stream) => readFrames(Buffer.concat(stream))),
    behave: async (next: SyslogBehaviour) => {
      behaviour = next
      if (next.mode === 'dead') await silence()
      else server ??= await listen(port)
    },
    stop: silence,
  }
}
