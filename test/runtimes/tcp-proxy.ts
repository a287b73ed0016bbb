import { connect, createServer, type Socket } from 'node:net'

/** What the proxy does with connections: the ways in which a network treats a database. */
type Weather =
  /** Bytes pass. */
  | 'clear'
  /** Nothing passes and nobody is told; what was held arrives when the weather clears. */
  | 'black-hole'
  /** Connections that exist pass nothing, new ones do: a firewall forgot them, or the server moved. */
  | 'stale'
  /** Connections are accepted, and closed after their first bytes: a load balancer without a healthy server. */
  | 'hang-up'
  /** Nobody listens. */
  | 'refused'

/** Watches the bytes of one connection. */
export interface Tap {
  /** The client sent something, of whatever length. */
  sent: () => void
  /** The server's bytes, as they reach the client. */
  delivered: (bytes: Uint8Array) => void
}

export interface TcpProxy extends AsyncDisposable {
  /** The given address of the target, through the proxy. */
  through: (url: string) => string
  /** Changes the weather for connections that exist and for new ones. */
  turn: (weather: Weather) => Promise<void>
  /** Breaks every connection with a reset. */
  reset: () => void
  /** How long bytes travel, each way. */
  delayMs: number
}

const listen = (server: ReturnType<typeof createServer>, port: number) =>
  new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

const portOf = (url: string) => Number(new URL(url).port || 5432)

/** Opens a proxy to the server at `target` that can be slow, deaf, rude or gone. */
export const openTcpProxy = async (target: string, tapConnection?: () => Tap): Promise<TcpProxy> => {
  let weather: Weather = 'clear'
  const pairs = new Map<Socket, Socket>()
  const sockets = () => [...pairs].flat()

  const carry = (from: Socket, to: Socket, arrived: (bytes: Uint8Array) => void) => {
    const send = (bytes: Uint8Array) => {
      if (to.destroyed) return
      arrived(bytes)
      to.write(bytes)
    }
    from.on('data', (bytes) => {
      if (proxy.delayMs === 0) send(bytes)
      else setTimeout(() => send(bytes), proxy.delayMs)
    })
    from.on('error', () => {})
    from.on('close', () => to.destroy())
    if (weather === 'black-hole') from.pause()
  }

  const server = createServer({ noDelay: true }, (client) => {
    if (weather === 'hang-up') {
      client.on('error', () => {})
      client.once('data', () => client.end())
      return
    }
    const { hostname } = new URL(target)
    const upstream = connect({ host: hostname, port: portOf(target), noDelay: true })
    const tap = tapConnection?.()
    pairs.set(client, upstream)
    client.on('close', () => pairs.delete(client))
    client.on('data', () => tap?.sent())
    carry(client, upstream, () => {})
    carry(upstream, client, (bytes) => tap?.delivered(bytes))
  })

  const reset = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy()
      upstream.destroy()
    }
  }

  const close = () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    reset()
    return closed
  }

  const port = await listen(server, 0)
  const proxy: TcpProxy = {
    delayMs: 0,
    reset,
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    turn: async (next) => {
      const previous = weather
      weather = next
      if (next === 'refused') return close()
      if (next === 'hang-up') reset()
      if (previous === 'refused') await listen(server, port)
      for (const socket of sockets()) {
        if (next === 'black-hole' || next === 'stale') socket.pause()
        else socket.resume()
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (weather !== 'refused') await close()
    },
  }
  return proxy
}
