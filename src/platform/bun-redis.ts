import { Redis } from '@upstash/redis'
import { RedisClient } from 'bun'

export interface BunRedisOptions {
  url: string
  /** How long a connection and, after it, one answer may take. */
  timeoutMs: number
}

type Requester = Exclude<ConstructorParameters<typeof Redis>[0], { url: unknown }>
type Request = Parameters<Requester['request']>[0]

/** What Redis itself refused leaves the connection as good as it was. */
const isRefusal = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_REDIS_SERVER_ERROR'

const toWords = (body: unknown): string[] => (Array.isArray(body) ? body.map(String) : [])

/**
 * Redis over TCP by Bun's own client, for @upstash/redis, whose commands it speaks. Bun's client reconnects for a while and
 * then never again, waits for ever on a connection that went silent, and sends later what nobody waits for any more; so
 * it may do none of it: whoever fails or misses the deadline gives the client up, and the next command gets a new one.
 */
export const openBunRedis = ({ url, timeoutMs }: BunRedisOptions): { redis: Redis; close: () => void } => {
  let client: RedisClient | undefined

  const giveUp = (failed: RedisClient) => {
    if (client === failed) client = undefined
    failed.close()
  }

  const withDeadline = async (answer: Promise<unknown>): Promise<unknown> => {
    const { promise: deadline, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('Redis does not answer.')), timeoutMs)
    try {
      return await Promise.race([answer, deadline])
    } finally {
      clearTimeout(timer)
    }
  }

  const send = async (body: unknown): Promise<unknown> => {
    const current = client ?? new RedisClient(url, { autoReconnect: false, connectionTimeout: timeoutMs })
    client = current
    const [command = '', ...words] = toWords(body)
    try {
      return await withDeadline(current.send(command, words))
    } catch (error) {
      if (!isRefusal(error)) giveUp(current)
      throw error
    }
  }

  const request = async <Result>({ body }: Request) => ({
    // What a command gives, only its caller knows.
    result: (await send(body)) as Result,
  })
  return { redis: new Redis({ request }), close: () => client && giveUp(client) }
}
