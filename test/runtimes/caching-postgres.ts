import { connect, createServer, type Socket } from 'node:net'

/** A proxy to Postgres that keeps what was read, as Hyperdrive does unless told otherwise: writes end nothing of it. */
export interface CachingPostgres extends AsyncDisposable {
  /** The given address of the database, through the proxy. */
  through: (url: string) => string
}

interface Message {
  type: string
  bytes: Buffer
}

/** Splits what arrives into messages (PostgreSQL, section 55.7); the first of a client has no type. */
const createSplitter = (startsUntyped: boolean) => {
  let rest = Buffer.alloc(0)
  let isUntyped = startsUntyped
  return (bytes: Buffer): Message[] => {
    rest = Buffer.concat([rest, bytes])
    const messages: Message[] = []
    for (;;) {
      const head = isUntyped ? 0 : 1
      if (rest.length < head + 4) return messages
      const length = head + rest.readUInt32BE(head)
      if (rest.length < length) return messages
      messages.push({ type: isUntyped ? '' : String.fromCharCode(rest[0] ?? 0), bytes: rest.subarray(0, length) })
      rest = rest.subarray(length)
      isUntyped = false
    }
  }
}

const readText = (bytes: Buffer, from: number): string => bytes.toString('utf8', from, bytes.indexOf(0, from))

/** Remembers what each statement of a connection says, and finds what a batch of messages reads, if it only reads. */
const createReader = () => {
  const texts = new Map<string, string>()
  return (batch: Message[]): string | undefined => {
    for (const { type, bytes } of batch) {
      if (type !== 'P') continue
      const name = readText(bytes, 5)
      texts.set(name, readText(bytes, 5 + Buffer.byteLength(name) + 1))
    }
    const bind = batch.find(({ type }) => type === 'B')
    const isOnlyRun = batch.every(({ type }) => 'BES'.includes(type))
    if (!bind || !isOnlyRun) return undefined
    const portal = readText(bind.bytes, 5)
    const statement = readText(bind.bytes, 5 + Buffer.byteLength(portal) + 1)
    const text = texts.get(statement) ?? ''
    // What changes by itself is not kept: Hyperdrive looks for functions that may.
    const mayKeep =
      /^\s*select\b/i.test(text) && !/\b(now|clock_timestamp|inet_client_addr|pg_backend_pid)\b/.test(text)
    const parameters = bind.bytes.subarray(5 + Buffer.byteLength(portal) + 1 + Buffer.byteLength(statement) + 1)
    return mayKeep ? `${text}\n${parameters.toString('hex')}` : undefined
  }
}

const serve = (client: Socket, server: Socket, kept: Map<string, Buffer>): void => {
  const fromClient = createSplitter(true)
  const fromServer = createSplitter(false)
  const findRead = createReader()
  let batch: Message[] = []
  let recorded: { key: string; parts: Buffer[] } | undefined
  client.on('data', (bytes: Buffer) => {
    for (const message of fromClient(bytes)) {
      batch.push(message)
      if (!['', 'p', 'S', 'H', 'Q', 'X'].includes(message.type)) continue
      const key = findRead(batch)
      const known = key === undefined ? undefined : kept.get(key)
      if (known) client.write(known)
      else {
        if (key !== undefined) recorded = { key, parts: [] }
        server.write(Buffer.concat(batch.map((one) => one.bytes)))
      }
      batch = []
    }
  })
  server.on('data', (bytes: Buffer) => {
    client.write(bytes)
    for (const message of fromServer(bytes)) {
      recorded?.parts.push(message.bytes)
      if (message.type !== 'Z' || !recorded) continue
      kept.set(recorded.key, Buffer.concat(recorded.parts))
      recorded = undefined
    }
  })
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

/** Starts one in front of the server at `target`, of clients that wait for each answer before they ask again. */
export const startCachingPostgres = async (target: string): Promise<CachingPostgres> => {
  const { hostname, port } = new URL(target)
  const kept = new Map<string, Buffer>()
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect(Number(port || 5432), hostname)
    for (const socket of [client, server]) sockets.add(socket)
    serve(client, server, kept)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const own = typeof address === 'object' && address !== null ? String(address.port) : ''
  return {
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port: own }).href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
